// SPDX-License-Identifier: MIT
#include <ferrule/resolve/name_of.hpp>

#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <unistd.h>

#include <ferrule/resolve/dial.hpp>
#include <ferrule/resolve/resolve.hpp>
#include <ferrule/socket/listener.hpp>

#include "../support/failure.hpp"
#include "../support/host.hpp"
#include "../support/in_child.hpp"
#include "../support/own_host.hpp"

using namespace ferrule;

namespace {

Wait soon() { return within(Nanoseconds{10'000'000'000}); }

} // namespace

TEST_CASE("an endpoint has the names that the system knows") {
    host::needs(host::own_host);
    CHECK(in_child([] {
              OwnHost host;
              host.add("/etc/hosts", "127.0.0.1 localhost\n::1 localhost6\n192.0.2.7 example.test\n"
                                     "192.0.2.9 bad\x1b[31mname\n");
              host.add("/etc/nsswitch.conf", "hosts: files\nservices: files\n");
              host.add("/etc/services", "http 80/tcp\n");
              host.enter();
              std::string all;
              const Endpoint<Ipv4> ipv4 = "127.0.0.1:80";
              const Endpoint<Ipv6> ipv6 = "[::1]:65000";
              const Endpoint<Ip> either = "192.0.2.7:80";
              const Endpoint<Ipv4> unnamed = "192.0.2.8:80";
              const Endpoint<Ipv4> bad = "192.0.2.9:80";
              for (const auto wait : {Wait{}, soon()}) {
                  all += name_of(ipv4, wait).value().host;
                  all += ":";
                  all += name_of(ipv4, wait).value().service;
                  all += " ";
                  all += name_of(ipv6, wait).value().host;
                  all += " ";
                  all += name_of(ipv6, wait).value().service;
                  all += " ";
                  all += name_of(either, wait).value().host;
                  all += " ";
                  all += describe(failure_of(name_of(unnamed, wait))).name;
                  all += " ";
                  all += describe(failure_of(name_of(bad, wait))).name;
                  all += ", ";
              }
              return all;
          }) == "localhost:http localhost6 65000 example.test host_not_found host_not_found, "
                "localhost:http localhost6 65000 example.test host_not_found host_not_found, ");
}

TEST_CASE("without a wait no name can be there at once; a stop ends the wait for one") {
    const Endpoint<Ipv4> endpoint = "127.0.0.1:80";
    CHECK(failure_of(name_of(endpoint, no_wait)) == Errc::would_block);
    Stop stop;
    stop.request();
    CHECK(failure_of(name_of(endpoint, stop)) == Errc::stopped);
}

TEST_CASE("this host has a name") {
    char name[256]{};
    CHECK(::gethostname(name, sizeof name - 1) == 0);
    CHECK(host_name().value() == std::string_view{name});
}

TEST_CASE("the empty host is this one") {
    const auto endpoints = resolve("", 80).value();
    CHECK(endpoints.size() == 2);
    CHECK(endpoints[0] == Endpoint<Ip>{Endpoint<Ipv6>::loopback(80)});
    CHECK(endpoints[1] == Endpoint<Ip>{Endpoint<Ipv4>::loopback(80)});
    CHECK(resolve<Ipv4>("", "443", soon()).value()[0] == Endpoint<Ipv4>::loopback(443));
    CHECK(resolve<Ipv6>("", "443").value()[0] == Endpoint<Ipv6>::loopback(443));
    CHECK(failure_of(resolve("", "")) == Errc::bad_service);
    CHECK(failure_of(resolve("", 65536)) == Errc::bad_service);
}

TEST_CASE("a service without a host is dialled on this one") {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const auto port = std::to_string(listener.local_endpoint().value().port());
    const auto connection = dial(":" + port, soon()).value();
    CHECK(listener.accept(soon()).value().peer ==
          connection.local_endpoint().value().to<Ipv4>().value());
}

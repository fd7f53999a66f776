// SPDX-License-Identifier: MIT
#include <ferrule/resolve/resolve.hpp>

#include <chrono>
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <iterator>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

#include <ferrule/socket/bound.hpp>

#include "../support/descriptors.hpp"
#include "../support/failure.hpp"
#include "../support/folder.hpp"
#include "../support/host.hpp"
#include "../support/in_child.hpp"
#include "../support/own_host.hpp"

using namespace ferrule;
using namespace std::literals;

namespace {

template <class Family> std::string texts(const Result<Endpoints<Family>>& endpoints) {
    std::string all;
    if (!endpoints) {
        return std::string{describe(endpoints.error().code()).name};
    }
    for (const auto& endpoint : *endpoints) {
        all += (all.empty() ? "" : " ") + std::string{endpoint.text().view()};
    }
    return all;
}

// ThreadSanitizer, which has a thread of its own, too, allows none to a child of threads.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define WITH_THREAD_SANITIZER
#endif
#endif
#ifdef WITH_THREAD_SANITIZER
constexpr bool child_of_threads_may_have_some = false;
#else
constexpr bool child_of_threads_may_have_some = true;
#endif

} // namespace

TEST_CASE("an address is itself, and only in the one form that an address has") {
    CHECK(texts(resolve("192.0.2.1", "80")) == "192.0.2.1:80");
    CHECK(texts(resolve("2001:db8::1", "443")) == "[2001:db8::1]:443");
    CHECK(texts(resolve("fe80::1%3", "1")) == "[fe80::1%3]:1");
    CHECK(texts(resolve("fe80::1%lo", "1")) == "[fe80::1%1]:1");
    for (const char* host : {"127.1", "0177.0.0.1", "0x7f.1", "1.2.3.256", "2130706433",
                             "::1::", "[::1]", "1.2.3.4%1", "lo%lo", "a b"}) {
        CAPTURE(host);
        CHECK(texts(resolve(host, "80")) == "bad_host");
    }
    CHECK(texts(resolve("fe80::1%nosuchdevice0", "80")) == "ENODEV");
    CHECK(texts(resolve(std::string_view{"127.0.0.1\0x", 11}, "80")) == "bad_host");
    CHECK(texts(resolve(std::string(254, 'a'), "80")) == "bad_host");
}

TEST_CASE("a service is a port in plain digits, or a name") {
    CHECK(texts(resolve("127.0.0.1", "0")) == "127.0.0.1:0");
    CHECK(texts(resolve("127.0.0.1", "65535")) == "127.0.0.1:65535");
    for (const char* service : {"", " 80", "+80", "-1", "65536", "65616", "080", "80 ", "8 0"}) {
        CAPTURE(service);
        CHECK(texts(resolve("127.0.0.1", service)) == "bad_service");
    }
}

TEST_CASE("a family that was asked for is the only one that is given") {
    CHECK(texts(resolve<Ipv4>("127.0.0.1", "80")) == "127.0.0.1:80");
    CHECK(texts(resolve<Ipv6>("::1", "80")) == "[::1]:80");
    CHECK(texts(resolve<Ipv4>("::1", "80")) == "host_not_found");
    CHECK(texts(resolve<Ipv6>("127.0.0.1", "80")) == "host_not_found");
}

TEST_CASE("names are what the system says, each endpoint once, with a deadline and without") {
    host::needs(host::own_host);
    const auto said = in_child([] {
        OwnHost host;
        host.add("/etc/hosts", "::1 both.test\n127.0.0.1 both.test\n127.0.0.1 twice.test\n"
                               "127.0.0.1 twice.test\n");
        host.add("/etc/services", "nine\t999/tcp\nnine\t998/udp\nonlyudp\t997/udp\n");
        host.add("/etc/nsswitch.conf", "hosts: files\nservices: files\n");
        host.enter();
        return texts(resolve("both.test", "80")) + ", " +
               texts(resolve("both.test", "nine", within(5s))) + ", " +
               texts(resolve<Ipv4>("both.test", "80")) + ", " +
               texts(resolve<Ipv6>("both.test", "80", within(5s))) + ", " +
               texts(resolve("twice.test", "80")) + ", " +
               texts(resolve<Ip, Datagram>("127.0.0.1", "nine")) + ", " +
               texts(resolve("127.0.0.1", "nine", within(5s))) + ", " +
               texts(resolve("127.0.0.1", "onlyudp")) + ", " +
               texts(resolve("nosuch.test", "80", within(5s)));
    });
    CHECK(said == "[::1]:80 127.0.0.1:80, [::1]:999 127.0.0.1:999, 127.0.0.1:80, [::1]:80, "
                  "127.0.0.1:80, 127.0.0.1:998, 127.0.0.1:999, service_not_found, host_not_found");
}

TEST_CASE("a name server that is silent is waited for until the deadline or the stop, not longer") {
    host::needs(host::own_host);
    const auto said = in_child([] {
        OwnHost host;
        host.add("/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:2 attempts:1\n");
        host.add("/etc/nsswitch.conf", "hosts: dns\n");
        host.enter();
        const auto silent = Bound<Ipv4, Datagram>::bind("127.0.0.1:53").value();
        Stop stop;
        const auto before = open_descriptors();

        const auto start = std::chrono::steady_clock::now();
        auto late = texts(resolve("silent.test", "80", within(50ms)));
        std::thread stopping{[&] {
            char question[512];
            silent.receive_from(question).require(); // the previous question
            silent.receive_from(question).require(); // it waits
            stop.request();
        }};
        auto stopped = texts(resolve("silent.test", "80", stop));
        stopping.join();
        auto at_once = texts(resolve("silent.test", "80", stop));
        const bool in_time = std::chrono::steady_clock::now() - start < 2s;

        // Those that were abandoned end by themselves and leave nothing open.
        const auto patience = std::chrono::steady_clock::now() + 30s;
        while (open_descriptors() != before && std::chrono::steady_clock::now() < patience) {
            std::this_thread::yield();
        }
        return late + " " + stopped + " " + at_once + (in_time ? " in time" : " too late") +
               (open_descriptors() == before ? " and clean" : " and leaves descriptors");
    });
    CHECK(said == "deadline_exceeded stopped stopped in time and clean");
}

TEST_CASE("a program may end while a question of it is on the way") {
    host::needs(host::own_host);
    CHECK(in_child([] {
              OwnHost host;
              host.add("/etc/resolv.conf", "nameserver 127.0.0.1\n");
              host.add("/etc/nsswitch.conf", "hosts: dns\n");
              host.enter();
              const auto silent = Bound<Ipv4, Datagram>::bind("127.0.0.1:53").value();
              return in_child([] { // which ends by exit(3), destructors and all
                  auto late = texts(resolve("silent.test", "80", within(10ms)));
                  if (late == "deadline_exceeded") {
                      std::exit(0);
                  }
                  return late;
              });
          }).empty());
}

TEST_CASE("without a descriptor or with a stop that has none, resolve says so") {
    NoDescriptorLeft none;
    Stop stop;
    CHECK(failure_of(resolve("localhost", "80", stop)) == Errc::too_many_files_open);
    CHECK(failure_of(resolve("localhost", "80", within(1s))) == Errc::too_many_files_open);
}

TEST_CASE("who does not wait starts no thread, and who waits briefly no more than the bound") {
    host::needs(host::own_host);
    CHECK(in_child([]() -> std::string {
              OwnHost host;
              host.add("/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:5 attempts:1\n");
              host.add("/etc/nsswitch.conf", "hosts: dns\n");
              host.enter();
              const auto silent = Bound<Ipv4, Datagram>::bind("127.0.0.1:53").value();
              const auto threads = [] {
                  return std::distance(std::filesystem::directory_iterator{"/proc/self/task"}, {});
              };
              const auto before = threads();
              for (int at = 0; at < 300; ++at) {
                  if (failure_of(resolve("silent.test", "80", no_wait)) != Errc::would_block) {
                      return "no_wait: something else";
                  }
              }
              if (threads() != before) {
                  return "no_wait starts threads";
              }
              int late = 0;
              int too_many = 0;
              for (int at = 0; at < 200; ++at) {
                  const auto failed = resolve("silent.test", "80", within(1ms)).error();
                  late += failed == Errc::deadline_exceeded;
                  too_many += failed == Errc::too_many_lookups && failed.is_resource_exhausted();
              }
              if (late + too_many != 200 || too_many == 0 || threads() > before + 129) {
                  return std::to_string(late) + " late, " + std::to_string(too_many) +
                         " too many, " + std::to_string(threads()) + " threads";
              }
              if (!child_of_threads_may_have_some) {
                  return "deadline_exceeded";
              }
              // A child of fork(2) has none of them.
              return in_child(
                  []() -> std::string { return texts(resolve("silent.test", "80", within(1ms))); });
          }) == "deadline_exceeded");
}

TEST_CASE("a lookup that can't have its thread says so, not that it would block") {
    CHECK(in_child([]() -> std::string {
              if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) != 0) {
                  return "still root";
              }
              const rlimit none{0, 0};
              if (::setrlimit(RLIMIT_NPROC, &none) != 0) {
                  return "no limit";
              }
              return texts(resolve("localhost", "80", within(5s)));
          }) == "ENOMEM");
}

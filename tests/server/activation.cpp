// SPDX-License-Identifier: MIT
#include <ferrule/server/activation.hpp>

#include <chrono>
#include <cstdlib>
#include <doctest/doctest.h>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

#include "../support/conversation.hpp"
#include "../support/failure.hpp"
#include "../support/folder.hpp"
#include "../support/in_child.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

// What `body` says in a process that was passed the descriptors under these names, as a service
// manager does it.
template <class Body>
std::string activate(std::initializer_list<int> descriptors, const std::string& names, Body body) {
    return in_child([&] {
        int number = 100; // out of the way of those that are still to come
        for (const int descriptor : descriptors) {
            ::dup2(descriptor, number++);
        }
        number = 3;
        for (std::size_t at = 0; at < descriptors.size(); ++at, ++number) {
            ::dup2(100 + static_cast<int>(at), number); // not close-on-exec
        }
        ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
        ::setenv("LISTEN_FDS", std::to_string(descriptors.size()).c_str(), 1);
        ::setenv("LISTEN_FDNAMES", names.c_str(), 1);
        return body();
    });
}

template <class Adopted> std::string told(const Result<Adopted, AdoptError>& adopted) {
    return adopted ? std::to_string(adopted->descriptor())
                   : std::string{describe(adopted.error().code()).name};
}

template <class Adopted> std::string outcome(std::string_view name = {}) {
    return told(activated<Adopted>(name));
}

} // namespace

TEST_CASE("passed sockets are found by their names and checked") {
    const auto http = Listener<Ip>::listen("[::]:0").value();
    const auto dns = Bound<Ip, Datagram>::bind("[::]:0").value();
    const auto said = activate({http.descriptor(), dns.descriptor()}, "http:dns", [] {
        using Udp6 = Bound<Ip, Datagram>;
        const auto wrong = outcome<Listener<Ip>>("dns");
        const auto missing = outcome<Listener<Ip>>("smtp");
        auto dns_taken = activated<Udp6>("dns").value();
        auto http_taken = activated<Listener<Ip>>("http").value();
        return std::to_string(passed_descriptors()) + " " + wrong + " " + missing + " " +
               std::to_string(dns_taken.descriptor()) + " " +
               std::to_string(http_taken.descriptor());
    });
    CHECK(said == "2 wrong_type not_passed 4 3");
}

TEST_CASE("without a name the first is meant, and what is taken can't be taken twice") {
    const auto http = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const auto said = activate({http.descriptor()}, "", [] {
        const auto taken = activated<Listener<Ipv4>>().value();
        return std::to_string(taken.descriptor()) + " " + outcome<Listener<Ipv4>>();
    });
    CHECK(said == "3 not_open");
}

TEST_CASE("what is taken stays taken when it is closed and another has its number") {
    const auto http = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const auto other = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const auto said = activate({http.descriptor()}, "http", [&] {
        int number = -1;
        {
            const auto closed_again = activated<Listener<Ipv4>>("http").value();
            number = closed_again.descriptor();
        }
        ::dup2(other.descriptor(), number); // as somebody does who knows of no close-on-exec
        return outcome<Listener<Ipv4>>("http") + " " + outcome<Listener<Ipv4>>();
    });
    CHECK(said == "not_open not_open");
}

TEST_CASE("several sockets of one name are taken one after the other, each by what it is") {
    const auto one = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const auto two = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
    const auto three = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const auto said =
        activate({one.descriptor(), two.descriptor(), three.descriptor()}, "web:web:web", [] {
            const auto first = activated<Listener<Ipv4>>("web");
            const auto second = activated<Listener<Ipv4>>("web");
            const auto too_many = outcome<Listener<Ipv4>>("web"); // what is left does not fit
            const auto third = activated<Bound<Ipv4, Datagram>>("web");
            return told(first) + " " + told(second) + " " + too_many + " " + told(third) + " " +
                   outcome<Listener<Ipv4>>("web");
        });
    CHECK(said == "3 5 wrong_type 4 not_open");
}

TEST_CASE("an activated listener accepts") {
    const auto http = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const auto client = Connection<Ipv4>::connect(http.local_endpoint().value()).value();
    CHECK(client.send_all("x").has_value());
    const auto said = activate({http.descriptor()}, "http", [] {
        char byte[1];
        const auto listener = activated<Listener<Ip>>("http").value();
        return std::string{listener.accept().value().connection.receive_some(byte).value()};
    });
    CHECK(said == "x");
}

TEST_CASE("what is meant for another process, or is not there, is no socket of ours") {
    const auto http = Listener<Ipv4>::listen("127.0.0.1:0").value();
    for (const std::string pid : {"1", "", "x", "0"}) {
        CAPTURE(pid);
        CHECK(activate({http.descriptor()}, "http", [&] {
                  ::setenv("LISTEN_PID", pid.c_str(), 1);
                  return std::to_string(passed_descriptors()) + " " + outcome<Listener<Ipv4>>();
              }) == "0 not_passed");
    }
    CHECK(activate({http.descriptor()}, "http", [&] {
              ::unsetenv("LISTEN_FDS");
              return outcome<Listener<Ipv4>>();
          }) == "not_passed");
    CHECK(activate({http.descriptor()}, "a:b:c", [&] {
              ::setenv("LISTEN_FDS", "90", 1);
              return outcome<Listener<Ipv4>>("nosuch") + " " + outcome<Listener<Ipv4>>("a");
          }) == "not_passed 3");
}

TEST_CASE("a number of descriptors that no process has, and one without names, cost no time") {
    const auto http = Listener<Ipv4>::listen("127.0.0.1:0").value();
    struct Row {
        const char* count;
        const char* names;
        std::string expected;
    };
    for (const auto& row : {Row{"4294967295", "http", "0 not_passed not_passed not_passed"},
                            Row{"2147483645", "http", "0 not_passed not_passed not_passed"},
                            Row{"2147483644", "http", "2147483644 not_passed 3 not_open"},
                            Row{"2147483644", "a:b:", "2147483644 not_passed not_passed 3"},
                            Row{"2147483644", "", "2147483644 not_passed not_passed 3"},
                            Row{"1", "a:http", "1 not_passed not_passed 3"},
                            Row{"-1", "http", "0 not_passed not_passed not_passed"}}) {
        CAPTURE(row.count);
        CAPTURE(row.names);
        CHECK(activate({http.descriptor()}, row.names, [&] {
                  const rlimit one_second{1, 1}; // of work: after it, a signal
                  ::setrlimit(RLIMIT_CPU, &one_second);
                  ::setenv("LISTEN_FDS", row.count, 1);
                  const auto missing = outcome<Listener<Ipv4>>("smtp");
                  const auto named = activated<Listener<Ipv4>>("http"); // kept
                  return std::to_string(passed_descriptors()) + " " + missing + " " + told(named) +
                         " " + outcome<Listener<Ipv4>>(named ? "http" : "");
              }) == row.expected);
    }
}

TEST_CASE("the service manager is told, at a path and at an abstract name, or there is none") {
    const TemporaryFolder folder;
    const auto path = folder.file("notify");
    const auto at_path = Bound<Unix, Datagram>::bind(Endpoint<Unix>::path(path).value()).value();
    const auto abstract = Bound<Unix, Datagram>::bind().value();
    const auto abstract_name = std::string{abstract.local_endpoint().value().text().view()};
    char buffer[64];
    using Manager = std::pair<const Bound<Unix, Datagram>*, std::string>;
    for (const auto& manager : {Manager{&at_path, path}, Manager{&abstract, abstract_name}}) {
        CAPTURE(manager.second);
        CHECK(in_child([&] {
                  ::setenv("NOTIFY_SOCKET", manager.second.c_str(), 1);
                  return std::string{describe(failure_of(notify(notification::ready))).name};
              }) == "none");
        CHECK(manager.first->receive_from(buffer, no_wait).value().data == "READY=1");
    }
    CHECK(in_child([] {
              ::unsetenv("NOTIFY_SOCKET");
              return std::string{describe(failure_of(notify(notification::stopping))).name};
          }) == "none");
    CHECK(in_child([&] {
              ::setenv("NOTIFY_SOCKET", (path + "x").c_str(), 1);
              return std::string{notify(notification::watchdog).error().text().view()};
          }) == "notify: No such file or directory (ENOENT)");
}

TEST_CASE("a reload says since when, by the clock that the service manager has") {
    const auto manager = Bound<Unix, Datagram>::bind().value();
    const auto name = std::string{manager.local_endpoint().value().text().view()};
    char buffer[128];
    const auto told_with = [&](std::string_view lines) {
        CHECK(in_child([&] {
                  ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
                  return std::string{describe(failure_of(notify(lines))).name};
              }) == "none");
        return std::string{manager.receive_from(buffer, within(10s)).value().data};
    };
    const auto before = sys::now() / 1000;
    const auto told = told_with(notification::reloading);
    const auto after = sys::now() / 1000;
    const std::string beginning = "RELOADING=1\nMONOTONIC_USEC=";
    REQUIRE(told.starts_with(beginning));
    const auto since = std::stoll(told.substr(beginning.size()));
    CHECK(since >= before);
    CHECK(since <= after);
    CHECK(told_with("STATUS=x\nRELOADING=1").starts_with("STATUS=x\n" + beginning));
    CHECK(told_with("RELOADING=1\nMONOTONIC_USEC=5") == "RELOADING=1\nMONOTONIC_USEC=5");
    CHECK(told_with("STATUS=RELOADING=1") == "STATUS=RELOADING=1");
}

TEST_CASE("a service manager that is not at a Unix socket is not written to") {
    for (const char* const elsewhere : {"vsock:2:1234", "vsock-stream:2:1", "relative"}) {
        CHECK(in_child([&] {
                  ::setenv("NOTIFY_SOCKET", elsewhere, 1);
                  return std::string{describe(failure_of(notify(notification::ready))).name};
              }) == "EAFNOSUPPORT");
    }
}

TEST_CASE("a service manager that does not read is waited for as long as the wait allows") {
    const auto manager = Bound<Unix, Datagram>::bind().value();
    const auto name = std::string{manager.local_endpoint().value().text().view()};
    CHECK(in_child([&] {
              ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
              while (notify(notification::watchdog, no_wait)) {
              }
              return std::string{describe(failure_of(notify("READY=1", no_wait))).name} + " " +
                     notify("READY=1", within(5ms)).error().text().c_str();
          }) == "EAGAIN notify: The deadline passed (deadline_exceeded)");
}

TEST_CASE("how often the service manager wants to hear of us is what it says of this process") {
    const auto period_of = [](const char* period, const char* process) {
        return in_child([&] {
            ::unsetenv("WATCHDOG_PID");
            if (process != nullptr) {
                const auto own = std::to_string(::getpid());
                ::setenv("WATCHDOG_PID", *process == 'u' ? own.c_str() : process, 1);
            }
            ::setenv("WATCHDOG_USEC", period, 1);
            return std::to_string(watchdog_period().count());
        });
    };
    CHECK(period_of("30000000", nullptr) == "30000000");
    CHECK(period_of("30000000", "us") == "30000000");
    CHECK(period_of("30000000", "1") == "0");
    CHECK(period_of("30000000", "-1") == "0");
    CHECK(period_of("9223372036854775807", "us") == "9223372036854775807");
    for (const char* const none : {"", "0", "-1", "1s", "9223372036854775808"}) {
        CHECK(period_of(none, "us") == "0");
    }
}

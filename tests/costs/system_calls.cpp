// SPDX-License-Identifier: MIT
// Operations between marks that system_calls.py finds in what strace(1) saw: a write to no
// descriptor with the name of what follows.

#include <ferrule/ferrule.hpp>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

void mark(std::string_view name) {
    [[maybe_unused]] const auto never = ::write(-1, name.data(), name.size());
}

// Makes one call, marked, and gives back what it made.
template <class Call> auto kept(std::string_view name, Call call) {
    mark(name);
    auto result = call();
    mark("end");
    return std::move(result).value();
}

template <class Call> void marked(std::string_view name, Call call) {
    static_cast<void>(kept(name, call));
}

bool is_asleep(pid_t process) {
    std::ifstream file{"/proc/" + std::to_string(process) + "/stat"};
    std::string line;
    std::getline(file, line);
    const auto name_end = line.rfind(") ");
    return name_end != std::string::npos && line[name_end + 2] == 'S';
}

// The same while a child process helps, as soon as the call sleeps.
template <class Help, class Call> void marked_until(std::string_view name, Help help, Call call) {
    const pid_t caller = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) {
        while (!is_asleep(caller)) {
        }
        ::_exit(help() ? 0 : 1);
    }
    marked(name, call);
    int status = 0;
    if (::waitpid(child, &status, 0) != child || status != 0) {
        std::abort();
    }
}

} // namespace

int main() {
    char buffer[8];
    const Wait in_time = within(60s);
    const Stop stop;

    const auto listener = kept("listen", [] { return Listener<Ipv4>::listen("127.0.0.1:0"); });
    marked("listen, step by step", [] {
        return Socket<Ipv4, Stream>::open()
            .and_then([](auto&& socket) { return std::move(socket).bind("127.0.0.1:0"); })
            .and_then([](auto&& bound) { return std::move(bound).listen(); });
    });
    const auto endpoint = kept("local_endpoint", [&] { return listener.local_endpoint(); });
    marked("bind", [] { return Bound<Ipv4, Datagram>::bind("127.0.0.1:0"); });
    auto one = kept("connect", [&] { return Connection<Ipv4>::connect(endpoint); });
    auto other = std::move(kept("accept", [&] { return listener.accept(); }).connection);
    marked("connect within", [&] { return Connection<Ipv4>::connect(endpoint, in_time); });
    marked("accept within", [&] { return listener.accept(in_time); });
    marked("connect within, step by step", [&] {
        return Socket<Ipv4, Stream>::open().and_then(
            [&](auto&& socket) { return std::move(socket).connect(endpoint, in_time); });
    });
    static_cast<void>(listener.accept());
    marked_until(
        "accept that waits", [&] { return Connection<Ipv4>::connect(endpoint).has_value(); },
        [&] { return listener.accept(); });
    marked_until(
        "accept within that waits", [&] { return Connection<Ipv4>::connect(endpoint).has_value(); },
        [&] { return listener.accept(within(60s, stop)); });

    marked("send_some", [&] { return one.send_some("a"); });
    marked("send_all", [&] { return one.send_all("b"); });
    marked("send_all of pieces", [&] { return one.send_all({"c", "d"}); });
    marked("send_all within", [&] { return one.send_all("e", in_time); });
    marked("send_all of pieces within", [&] { return one.send_all({"f", "g"}, in_time); });
    marked("peek", [&] { return other.peek(buffer); });
    marked("receive_some", [&] { return other.receive_some(std::span{buffer}.first(1)); });
    marked("receive_exactly", [&] { return other.receive_exactly(std::span{buffer}.first(2)); });
    marked("receive_some within",
           [&] { return other.receive_some(std::span{buffer}.first(2), in_time); });
    marked("receive_exactly within, stop",
           [&] { return other.receive_exactly(std::span{buffer}.first(2), within(60s, stop)); });
    const auto send = [&] { return one.send_all("x").has_value(); };
    marked_until("receive_some that waits", send, [&] { return other.receive_some(buffer); });
    marked_until("receive_some within that waits", send,
                 [&] { return other.receive_some(buffer, in_time); });
    marked_until("receive_exactly, stop, that waits", send,
                 [&] { return other.receive_exactly(std::span{buffer}.first(1), stop); });
    marked("set", [&] { return one.set(opt::NoDelay{true}); });
    marked("get", [&] { return one.get<opt::SendBuffer>(); });
    marked("shutdown", [&] { return one.shutdown(Shutdown::both); });
    marked("close", [&] { return std::move(one).close(); });

    const auto here = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
    const auto there = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
    const auto place = there.local_endpoint().value();
    marked("send_to", [&] { return here.send_to("message", place); });
    marked("receive_from", [&] { return there.receive_from(buffer); });
    marked("send_to within", [&] { return here.send_to("message", place, in_time); });
    marked("receive_from within", [&] { return there.receive_from(buffer, in_time); });
    marked_until(
        "receive_from within that waits",
        [&] { return here.send_to("message", place).has_value(); },
        [&] { return there.receive_from(buffer, in_time); });
    const auto pair = kept("pair", [] { return Connection<Unix, SeqPacket>::pair(); });
    marked("send", [&] { return pair.first.send("message"); });
    marked("receive", [&] { return pair.second.receive(buffer); });
    marked("send of pieces", [&] { return pair.first.send({"mess", "age"}); });
    marked("receive within", [&] { return pair.second.receive(buffer, in_time); });

    // An error and a time of sending that nobody takes
    const auto asking = Bound<Ipv4, Datagram>::bind("127.0.0.1:0", opt::ErrorQueue{true},
                                                    opt::Timestamping{opt::Moments{.sent = true}})
                            .value();
    const auto nobody = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value().local_endpoint().value();
    asking.send_to("message", nobody).value();
    static_cast<void>(asking.receive_from(buffer, in_time)); // connection refused
    mark("receive_from with a full error queue, a second");
    static_cast<void>(asking.receive_from(buffer, within(1s)));
    mark("end");
}

// SPDX-License-Identifier: MIT
// Every option on every kind of socket in every state, with the kernel as the judge: where it
// applies it works, in as many system calls as the kernel has options for it, and what was set is
// read; where it does not, the kernel refuses it, or accepts it without an effect.
#include "../support/every_option.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <doctest/doctest.h>
#include <new>
#include <set>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "../support/failure.hpp"
#include "../support/host.hpp"
#include "../support/in_child.hpp"

using namespace every;

namespace {

// What was asked of the kernel and of the heap since the last look.
struct Asked {
    static constexpr std::size_t most = 16;
    std::pair<int, int> options[most];
    std::size_t count = 0;
    std::size_t allocations = 0;

    void note(int level, int number) {
        if (count < most) {
            options[count] = {level, number};
        }
        ++count;
    }
} asked;

} // namespace

// In place of those of the C library, for all that this program calls.
extern "C" int setsockopt(int descriptor, int level, int number, const void* value,
                          socklen_t size) noexcept {
    asked.note(level, number);
    return static_cast<int>(
        ::syscall(SYS_setsockopt, descriptor, level, number, value, std::size_t{size}));
}

extern "C" int getsockopt(int descriptor, int level, int number, void* __restrict value,
                          socklen_t* __restrict size) noexcept {
    asked.note(level, number);
    return static_cast<int>(::syscall(SYS_getsockopt, descriptor, level, number, value, size));
}

// Out of line, so that a compiler that sees through one of the two does not miss the other.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++asked.allocations;
    if (void* const memory = std::malloc(size == 0 ? 1 : size)) {
        return memory;
    }
    throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

// The calls that an option makes on a socket: of two for one meaning those for its IPs.
std::vector<Call> calls_on(const OptionRow& option, const opt::Target& target, bool sets) {
    if (!option.one_for_each_ip) {
        if (option.name == "FlowLabel" && !sets) {
            return {option.calls[0]};
        }
        return option.calls;
    }
    if (target.domain == AF_INET) {
        return {option.calls[0]};
    }
    return target.is_dual && sets ? option.calls : std::vector<Call>{option.calls[1]};
}

std::string calls_made(const std::vector<Call>& expected) {
    bool same = asked.count == expected.size();
    for (std::size_t at = 0; same && at < expected.size(); ++at) {
        same = asked.options[at] == std::pair{expected[at].level, expected[at].number};
    }
    return same ? "" : std::to_string(asked.count) + " system calls, or others than expected";
}

// What the header of an option says that the kernel makes of a value.
bool may_read(const std::string& option, const std::string& set, const std::string& read) {
    if (set == read) {
        return true;
    }
    if (option == "CongestionControl") {
        return false;
    }
    const auto number = [](const std::string& text) {
        char* end = nullptr;
        const std::int64_t value = std::strtoll(text.c_str(), &end, 10);
        return *end == '\0' ? value : -1;
    };
    const std::int64_t was = number(set);
    const std::int64_t is = number(read);
    const auto within = [&](std::int64_t least, std::int64_t most) {
        return was < least ? is == least : was > most && is <= was && is >= most;
    };
    if (option == "SendBuffer") {
        return within(2304, 100'000); // net.core.wmem_max is above that
    }
    if (option == "ReceiveBuffer") {
        return within(1152, 100'000);
    }
    if (option == "ReceiveLowWater" || option == "FastOpenQueue") {
        return within(0, 100);
    }
    if (option == "WindowClamp") {
        return within(1152, INT32_MAX);
    }
    if (option == "FinWait") {
        return was == 0 ? is > 0 : within(0, 120);
    }
    if (option == "SendCoverage" || option == "ReceiveCoverage") {
        return was > 0 && was < 8 && is == 8;
    }
    if (option == "DeferAccept") { // the next of 1, 3, 7, 15, ...; from 120 s on, in steps of that
        return is > was ? is <= 2 * was : was > 1000;
    }
    return false;
}

bool lacks_privilege(const Error& error) {
    return error.code() == Errc::operation_not_permitted || error.code() == Errc::permission_denied;
}

// Tries everything that applies; the failures, one a line.
std::string what_does_not_work() {
    std::string wrong;
    const auto options = every_option();
    for (const SocketRow& row : every_socket()) {
        for (const OptionRow& option : options) {
            if (!option.applies[row.kind]) {
                continue;
            }
            const Live socket = row.make();
            const auto complain = [&](const std::string& what) {
                wrong += option.name + " on " + row.name + ": " + what + "\n";
            };
            const auto read = [&]() -> std::string {
                asked = {};
                const auto got = option.get(socket.target);
                const auto made = calls_made(calls_on(option, socket.target, false));
                if (!made.empty()) {
                    complain("reading takes " + made);
                }
                // A connection without a label of its own; the header says so.
                if (!got && option.name == "FlowLabel" &&
                    got.error().code() == Errc::no_such_file_or_directory) {
                    return "none";
                }
                if (!got) {
                    complain(got.error().text().c_str());
                }
                return got.value_or("");
            };
            const bool readable = option.readable[row.state];
            if (readable) {
                read();
            }
            if (!option.settable[row.state]) {
                continue;
            }
            for (const Attempt& attempt : option.values) {
                asked = {};
                const auto set = attempt.set(socket.target);
                if (asked.allocations != 0) {
                    complain("setting allocates");
                }
                if (!set) {
                    if (!lacks_privilege(set.error())) {
                        complain(attempt.value + ": " + set.error().text().c_str());
                    }
                    continue;
                }
                const auto made = calls_made(calls_on(option, socket.target, true));
                if (!made.empty()) {
                    complain("setting takes " + made);
                }
                if (!readable) {
                    continue;
                }
                if (const auto is = read();
                    option.name != "FlowLabel" && !may_read(option.name, attempt.value, is)) {
                    complain("set to " + attempt.value + ", read as " + is);
                }
            }
            for (const Attempt& attempt : option.out_of_range) {
                asked = {};
                const auto set = attempt.set(socket.target);
                if (failure_of(set) != Errc::value_out_of_range) {
                    complain(attempt.value + " is not out of range");
                } else if (asked.count != 0 && option.name != "KeepAliveProbes") {
                    complain(attempt.value + " is asked of the kernel");
                } else if (std::none_of(option.calls.begin(), option.calls.end(),
                                        [&](const Call& call) {
                                            return call.name == set.error().option_name();
                                        })) {
                    complain(attempt.value + ": the error does not name the option");
                }
            }
        }
    }
    return wrong;
}

// What the kernel accepts and ferrule refuses: the option, a tag of the sockets, and why it has no
// effect.
struct InVain {
    std::string_view option;
    std::string_view tag;
    std::string_view why;
};

constexpr std::string_view no_connection = "there is no connection";
constexpr std::string_view not_in_unix = "no packet goes through a network";
constexpr std::string_view too_late = "its effect was at bind, connect or in the handshake";
constexpr std::string_view not_of_streams = "it comes with a message, and a stream has none";
constexpr std::string_view maybe_ipv4 = "it is of IPv6 only, and an Ip may be IPv4";
constexpr std::string_view not_read = "the protocol never looks at it";

constexpr InVain taken_in_vain[]{
    {"ReuseAddress", "Unix", "a path in use stays in use"},
    {"ReuseAddress", "Raw", "raw sockets share addresses anyway"},
    {"ReusePort", "Unix", not_in_unix},
    {"ReusePort", "Raw", "there are no ports"},
    {"ReusePort", "Icmp", not_read},
    {"ReusePort", "Icmpv6", not_read},
    {"KeepAlive", "Datagram", no_connection},
    {"KeepAlive", "Raw", no_connection},
    {"KeepAlive", "Unix", not_in_unix},
    {"Broadcast", "Stream", "a stream has one peer"},
    {"Broadcast", "Ipv6", "IPv6 has no broadcast"},
    {"Broadcast", "Unix", not_in_unix},
    {"LingeringClose", "Datagram", no_connection},
    {"LingeringClose", "Raw", no_connection},
    {"LingeringClose", "Unix", "what is sent has arrived"},
    {"AbortiveClose", "Datagram", no_connection},
    {"AbortiveClose", "Raw", no_connection},
    {"AbortiveClose", "Unix", "it is a clean end all the same"},
    {"ReceiveLowWater", "Datagram", "a message is received whole"},
    {"ReceiveLowWater", "Raw", "a message is received whole"},
    {"ReceiveLowWater", "SeqPacket", "a message is received whole"},
    {"Priority", "Unix", not_in_unix},
    {"Mark", "Unix", not_in_unix},
    {"BindToDevice", "Unix", not_in_unix},
    {"IncomingCpu", "Unix", not_in_unix},
    {"BusyPoll", "Unix", not_in_unix},
    {"DontRoute", "Unix", not_in_unix},
    {"DontRoute", "Mptcp", "its connections do not get it"},
    {"Timestamping", "Unix", not_in_unix},
    {"ReceiveTimestamps", "Stream", not_of_streams},
    {"ReceiveDropped", "Stream", not_of_streams},
    {"ReceiveDropped", "Unix", "a queue that is full refuses, it drops nothing"},
    {"ReceivePriority", "Stream", not_of_streams},
    {"ReceivePriority", "Unix", not_in_unix},
    {"TransmitTimes", "Stream", not_of_streams},
    {"TransmitTimes", "Unix", not_in_unix},
    {"PassCredentials", "Mptcp", "there are no credentials"},
    {"PassProcessDescriptor", "Mptcp", "there are no credentials"},
    {"Mode", "Ipv4", "there is no path"},
    {"Mode", "Ipv6", "there is no path"},
    {"Mode", "Ip", "there is no path"},
    {"MinimumHopLimit", "Datagram", not_read},
    {"MinimumHopLimit", "Raw", not_read},
    {"TrafficClass", "Mptcp", "of MPTCP over IPv6 the kernel refuses it"},
    {"MulticastLoop", "Stream", "a stream has one peer"},
    {"MulticastAll", "Stream", "a stream has one peer"},
    {"DontFragment", "Stream", "a stream has segments of its own size"},
    {"DontFragment", "Ip", maybe_ipv4},
    {"ReceivePacketInfo", "Stream", not_of_streams},
    {"ReceiveHopLimit", "Stream", not_of_streams},
    {"ReceiveTrafficClass", "Stream", not_of_streams},
    {"ReceiveOriginalDestination", "Stream", not_of_streams},
    {"ReceiveFlowLabel", "Stream", not_of_streams},
    {"ReceiveFlowLabel", "Ip", maybe_ipv4},
    {"ErrorQueue", "Stream", "TCP keeps no errors there (ip(7))"},
    {"AutoFlowLabel", "Ip", maybe_ipv4},
    {"FlowLabel", "Ip", maybe_ipv4},
    {"BindAddressNoPort", "Raw", "there are no ports"},
    {"BindAddressNoPort", "Icmp", not_read},
    {"LocalPortRange", "Raw", "there are no ports"},
    {"LocalPortRange", "Icmp", not_read},
    {"BindAddressNoPort", "Icmpv6", not_read},
    {"LocalPortRange", "Icmpv6", not_read},
    {"SegmentSize", "UdpLite", "a send of several segments fails"},
    {"SendWithoutChecksum", "UdpLite", "a checksum is what UDP-Lite is for"},
    {"SendWithoutChecksum", "Ipv4", "it is of IPv6 only"},
    {"SendWithoutChecksum", "Ip", maybe_ipv4},
    {"ReceiveWithoutChecksum", "UdpLite", "a checksum is what UDP-Lite is for"},
    {"ReceiveWithoutChecksum", "Ipv4", "it is of IPv6 only"},
    {"ReceiveWithoutChecksum", "Ip", maybe_ipv4},
    // Where the option applies, but in another state.
    {"ReuseAddress", "Bound", too_late},
    {"ReuseAddress", "Listener", too_late},
    {"ReuseAddress", "Connecting", too_late},
    {"ReuseAddress", "Connection", too_late},
    {"ReusePort", "Bound", too_late},
    {"ReusePort", "Listener", too_late},
    {"ReusePort", "Connecting", too_late},
    {"ReusePort", "Connection", too_late},
    {"FreeBind", "Bound", too_late},
    {"FreeBind", "Listener", too_late},
    {"FreeBind", "Connecting", too_late},
    {"FreeBind", "Connection", too_late},
    {"Transparent", "Bound", too_late},
    {"Transparent", "Listener", too_late},
    {"Transparent", "Connecting", too_late},
    {"Transparent", "Connection", too_late},
    {"BindAddressNoPort", "Bound", too_late},
    {"BindAddressNoPort", "Listener", too_late},
    {"BindAddressNoPort", "Connecting", too_late},
    {"BindAddressNoPort", "Connection", too_late},
    {"LocalPortRange", "Bound", too_late},
    {"LocalPortRange", "Listener", too_late},
    {"LocalPortRange", "Connecting", too_late},
    {"LocalPortRange", "Connection", too_late},
    {"Mode", "Bound", "the path has its mode from bind"},
    {"Mode", "Listener", "the path has its mode from bind"},
    {"Mode", "Connecting", "the path has its mode from bind"},
    {"Mode", "Connection", "the path has its mode from bind"},
    {"BindToDevice", "Connecting", "its way is chosen; MPTCP refuses it"},
    {"BindToDevice", "Connection", "its way is chosen; MPTCP refuses it"},
    {"MaximumSegment", "Connecting", too_late},
    {"MaximumSegment", "Connection", too_late},
    {"DeferAccept", "Connecting", "it is of a listener"},
    {"DeferAccept", "Connection", "it is of a listener"},
    {"SynCount", "Connection", too_late},
    {"SaveSyn", "Connecting", "it is of a listener"},
    {"SaveSyn", "Connection", "it is of a listener"},
    {"QuickAck", "Socket", "there is nothing to acknowledge"},
    {"QuickAck", "Bound", "there is nothing to acknowledge"},
    {"QuickAck", "Listener", "there is nothing to acknowledge"},
    {"QuickAck", "Connecting", "there is nothing to acknowledge"},
};

// Tries all that does not apply; what the kernel takes without a reason above, and the reasons that
// are none.
std::string what_we_refuse_for_nothing() {
    std::set<std::string> wrong;
    std::set<std::string> used;
    const auto options = every_option();
    for (const SocketRow& row : every_socket()) {
        const bool may_be_any = row.name.find("<Any,") != std::string::npos;
        for (const OptionRow& option : options) {
            const bool applies = option.applies[row.kind];
            if ((applies && option.settable[row.state]) || may_be_any) {
                continue;
            }
            const Live socket = row.make();
            const bool taken = std::any_of(
                option.values.begin(), option.values.end(),
                [&](const Attempt& attempt) { return attempt.set(socket.target).has_value(); });
            if (!taken) {
                continue;
            }
            bool known = false;
            for (const InVain& in_vain : taken_in_vain) {
                const auto at = row.name.find(in_vain.tag);
                const auto end = at + in_vain.tag.size();
                if (in_vain.option == option.name && at != std::string::npos &&
                    (at == 0 ? applies && row.name[end] == '<'
                             : !applies && (row.name[at - 1] == '<' || row.name[at - 1] == ' ') &&
                                   (row.name[end] == ',' || row.name[end] == '>'))) {
                    known = true;
                    used.insert(option.name + " " + std::string{in_vain.tag});
                }
            }
            if (!known) {
                wrong.insert(option.name + " on " + row.name + " is refused for nothing");
            }
        }
    }
    for (const InVain& in_vain : taken_in_vain) {
        const auto key = std::string{in_vain.option} + " " + std::string{in_vain.tag};
        if (!used.contains(key)) {
            wrong.insert(key + ": the kernel does not take it");
        }
    }
    std::string text;
    for (const auto& line : wrong) {
        text += line + "\n";
    }
    return text;
}

std::string on_a_host_of_its_own(std::string (*body)()) {
    return in_child([&]() -> std::string {
        if (!enter_network_of_our_own() ||
            !write_file("/proc/sys/net/ipv4/ping_group_range", "0 0")) {
            return "no host of our own";
        }
        return body();
    });
}

} // namespace

TEST_CASE("where an option applies it is set in its own calls, and read back as its header says") {
    host::needs(host::own_host);
    CHECK(on_a_host_of_its_own(what_does_not_work) == "");
}

TEST_CASE("where it does not apply the kernel refuses it or takes it in vain") {
    host::needs(host::own_host);
    CHECK(on_a_host_of_its_own(what_we_refuse_for_nothing) == "");
}

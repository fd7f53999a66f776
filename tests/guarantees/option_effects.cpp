// SPDX-License-Identifier: MIT
// What options do, seen at the other end, not only read back.
#include <ferrule/ferrule.hpp>

#include <chrono>
#include <cstdint>
#include <cstring>
#include <doctest/doctest.h>
#include <memory>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <span>
#include <string>
#include <sys/socket.h>
#include <time.h>
#include <utility>
#include <vector>

#include "../support/conversation.hpp"
#include "../support/failure.hpp"
#include "../support/host.hpp"
#include "../support/threads.hpp"
#include "../support/two_hosts.hpp"

using namespace ferrule;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

// One message with its control messages, past the library.
class Message {
public:
    explicit Message(int descriptor) {
        pollfd ready{descriptor, POLLIN, 0};
        REQUIRE(::poll(&ready, 1, 5000) == 1);
        char data[64];
        iovec piece{data, sizeof data};
        header_.msg_iov = &piece;
        header_.msg_iovlen = 1;
        header_.msg_control = control_;
        header_.msg_controllen = sizeof control_;
        REQUIRE(::recvmsg(descriptor, &header_, 0) >= 0);
    }

    template <class Value> std::optional<Value> control(int level, int type) {
        for (cmsghdr* at = CMSG_FIRSTHDR(&header_); at != nullptr; at = CMSG_NXTHDR(&header_, at)) {
            if (at->cmsg_level == level && at->cmsg_type == type) {
                Value value{};
                std::memcpy(&value, CMSG_DATA(at), sizeof value);
                return value;
            }
        }
        return {};
    }

private:
    alignas(cmsghdr) char control_[512]{};
    msghdr header_{};
};

// A receiver and a sender, each of its family, and where the packets go.
template <class R, class S, bool as_ipv4> struct Way {
    using ReceiverFamily = R;
    using SenderFamily = S;
    static constexpr bool is_ipv4 = as_ipv4;
};

template <class Family, bool as_ipv4> Endpoint<Family> there(std::uint16_t port) {
    if constexpr (as_ipv4) {
        return Endpoint<Ipv4>::loopback(port);
    } else {
        return Endpoint<Ipv6>::loopback(port);
    }
}

// The data segments that a connection has sent, by what it tells of all.
std::uint32_t segments(const Connection<Ipv4>& connection) {
    return connection.get<opt::Info>().value().segments_sent;
}

} // namespace

TEST_CASE_TEMPLATE("hop limit and traffic class arrive, whichever IP it is", Case,
                   Way<Ipv4, Ipv4, true>, Way<Ipv6, Ipv6, false>, Way<Ip, Ip, true>,
                   Way<Ip, Ip, false>, Way<Ip, Ipv4, true>, Way<Ipv4, Ip, true>,
                   Way<Ip, Ipv6, false>, Way<Ipv6, Ip, false>) {
    using Receiver = Bound<typename Case::ReceiverFamily, Datagram>;
    using Sender = Bound<typename Case::SenderFamily, Datagram>;
    if constexpr (!std::is_same_v<typename Case::ReceiverFamily, Ipv4> ||
                  !std::is_same_v<typename Case::SenderFamily, Ipv4>) {
        host::needs(host::ipv6);
    }
    const auto receiver = Receiver::bind(Endpoint<typename Case::ReceiverFamily>::any(),
                                         opt::ReceiveHopLimit{true}, opt::ReceiveTrafficClass{true})
                              .value();
    const auto sender = Sender::bind(Endpoint<typename Case::SenderFamily>::any(), opt::HopLimit{9},
                                     opt::TrafficClass{opt::TrafficBits{opt::expedited_forwarding,
                                                                        opt::Ecn::capable}})
                            .value();
    const auto to =
        there<typename Case::SenderFamily, Case::is_ipv4>(receiver.local_endpoint().value().port());
    sender.send_to("x", to).value();

    Message received{receiver.descriptor()};
    constexpr int bits = 46 << 2 | 2;
    if (Case::is_ipv4) {
        CHECK(received.control<int>(IPPROTO_IP, IP_TTL) == 9);
        CHECK(received.control<std::uint8_t>(IPPROTO_IP, IP_TOS) == bits);
    } else {
        CHECK(received.control<int>(IPPROTO_IPV6, IPV6_HOPLIMIT) == 9);
        CHECK(received.control<int>(IPPROTO_IPV6, IPV6_TCLASS) == bits);
    }
}

TEST_CASE("a flow label arrives, and a connection tells its own") {
    host::needs(host::ipv6);
    constexpr std::uint32_t label = 0x12345;
    const opt::FlowLabel lease{label, Address<Ipv6>::loopback()};
    const auto receiver =
        Bound<Ipv6, Datagram>::bind("[::1]:0", opt::ReceiveFlowLabel{true}).value();
    const auto to = receiver.local_endpoint().value().with_flow_label(label);
    CHECK(to.flow_label() == label);
    CHECK(to == receiver.local_endpoint().value());

    const auto sender = Bound<Ipv6, Datagram>::bind("[::1]:0", lease).value();
    sender.send_to("x", to).value();
    const auto information =
        Message{receiver.descriptor()}.control<BigEndian<std::uint32_t>>(IPPROTO_IPV6, 11);
    REQUIRE(information.has_value());
    CHECK((std::uint32_t{*information} & 0xfffff) == label);

    // Without the option what the endpoint says is not sent.
    const auto plain = Bound<Ipv6, Datagram>::bind("[::1]:0").value();
    plain.send_to("x", to).value();
    const auto other =
        Message{receiver.descriptor()}.control<BigEndian<std::uint32_t>>(IPPROTO_IPV6, 11);
    CHECK((std::uint32_t{other.value_or(0)} & 0xfffff) != label);

    const auto labelled = Connection<Ipv6, Datagram>::connect(to, lease).value();
    CHECK(labelled.get<opt::FlowLabel>().value() == label);
    const auto without = Connection<Ipv6, Datagram>::connect(to.with_flow_label(0)).value();
    CHECK(failure_of(without.get<opt::FlowLabel>()) == Errc::no_such_file_or_directory);
}

TEST_CASE("packets that come from too far are dropped") {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0", opt::MinimumHopLimit{255}).value();
    const auto to = listener.local_endpoint().value();
    CHECK(failure_of(Connection<Ipv4>::connect(to, within(100ms), opt::HopLimit{254})) ==
          Errc::deadline_exceeded);
    CHECK(Connection<Ipv4>::connect(to, within(5s), opt::HopLimit{255}).has_value());
}

TEST_CASE("a socket gets of a group that another one has joined, unless it does not want to") {
    const auto bind = [](std::uint16_t port, bool all) {
        return Bound<Ipv4, Datagram>::bind({"239.1.2.3", port}, opt::ReuseAddress{true},
                                           opt::MulticastAll{all})
            .value();
    };
    const auto member = bind(0, true);
    const std::uint16_t port = member.local_endpoint().value().port();
    const auto membership = join(member, "239.1.2.3", 1).value();
    const auto everything = bind(port, true);
    const auto own_only = bind(port, false);
    const auto sender =
        Bound<Ipv4, Datagram>::bind("127.0.0.1:0", opt::MulticastInterface{1}).value();
    sender.send_to("x", {"239.1.2.3", port}).value();

    char buffer[8];
    CHECK(member.receive_from(buffer, within(5s)).has_value());
    CHECK(everything.receive_from(buffer, within(5s)).has_value());
    CHECK(failure_of(own_only.receive_from(buffer, no_wait)) == Errc::would_block);
}

TEST_CASE_TEMPLATE("members on this host get nothing where the loop is off", Family, Ipv4, Ipv6) {
    host::needs(host::own_host);
    const std::string said = in_child([]() -> std::string {
        const TwoHosts hosts;
        const std::uint32_t interface = hosts.index_left();
        const auto member = Bound<Family, Datagram>::bind(Endpoint<Family>::any()).value();
        const std::uint16_t port = member.local_endpoint().value().port();
        Endpoint<Ip> group = Endpoint<Ipv4>{"239.1.2.3", port};
        if constexpr (std::is_same_v<Family, Ipv6>) {
            group = Endpoint<Ipv6>{"ff15::77", port, interface};
        }
        const auto to = group.template to<Family>().value();
        const auto membership =
            join(member, Group<Family>::from(to.address()).value(), interface).value();
        const auto sender = Bound<Family, Datagram>::bind(Endpoint<Family>::any(),
                                                          opt::MulticastInterface{interface})
                                .value();
        std::string first;
        for (const bool loop : {false, true}) {
            sender.set(opt::MulticastLoop{loop}).value();
            sender.send_to("to the group, ", to).value();
            sender.send_to("to this host, ", Endpoint<Family>::loopback(port)).value();
            char buffer[32];
            first += member.receive_from(buffer, within(5s)).value().data;
        }
        return first;
    });
    CHECK(said == "to this host, to the group, ");
}

TEST_CASE_TEMPLATE("a message tells when it came in", Type, Datagram, SeqPacket) {
    const auto [one, other] = Connection<Unix, Type>::pair().value();
    other.set(opt::ReceiveTimestamps{true}).value();
    timespec before{};
    ::clock_gettime(CLOCK_REALTIME, &before);
    one.send("x").value();
    const auto time =
        Message{other.descriptor()}.template control<timespec>(SOL_SOCKET, SCM_TIMESTAMPNS);
    REQUIRE(time.has_value());
    CHECK(time->tv_sec - before.tv_sec <= 10);
    CHECK(time->tv_sec >= before.tv_sec);
}

TEST_CASE("the software's time stamps come for what is received and for what is sent") {
    using opt::Moments;
    const DatagramConversation<Ipv4> talk;
    talk.other.set(opt::Timestamping{Moments{.received = true}}).value();
    talk.one.set(opt::Timestamping{Moments{.sent = true}}).value();
    // The kernel begins to stamp a moment after it was told.
    std::optional<timespec> stamp;
    for (const auto end = Clock::now() + 5s; !stamp && Clock::now() < end;) {
        talk.one.send("x").value();
        stamp = Message{talk.other.descriptor()}.control<timespec>(SOL_SOCKET, SCM_TIMESTAMPING);
    }
    REQUIRE(stamp.has_value());
    CHECK(stamp->tv_sec > 0);

    pollfd queue{talk.one.descriptor(), 0, 0}; // POLLERR comes unasked
    CHECK(::poll(&queue, 1, 5000) == 1);
    char data[256];
    char control[256];
    iovec piece{data, sizeof data};
    msghdr sent{};
    sent.msg_iov = &piece;
    sent.msg_iovlen = 1;
    sent.msg_control = control;
    sent.msg_controllen = sizeof control;
    CHECK(::recvmsg(talk.one.descriptor(), &sent, MSG_ERRQUEUE | MSG_DONTWAIT) >= 0);
    CHECK(CMSG_FIRSTHDR(&sent)->cmsg_type == SCM_TIMESTAMPING);
}

TEST_CASE("with NoDelay each piece is a segment of its own, corked they are one") {
    const Conversation<Ipv4> talk;
    char buffer[16];
    const auto send_ten = [&] {
        for (int piece = 0; piece < 10; ++piece) {
            talk.client.send_all("x").value();
        }
    };
    const auto receive_ten = [&] {
        CHECK(talk.server.receive_exactly(std::span{buffer}.first(10), within(5s)).has_value());
    };

    talk.client.set(opt::NoDelay{true}).value();
    auto before = segments(talk.client);
    send_ten();
    CHECK(segments(talk.client) - before == 10);
    receive_ten();

    talk.client.set(opt::Cork{true}).value();
    before = segments(talk.client);
    send_ten();
    CHECK(segments(talk.client) == before);
    CHECK(talk.client.get<opt::Info>()->bytes_not_sent == 10);
    talk.client.set(opt::Cork{false}).value();
    receive_ten();
    CHECK(segments(talk.client) - before == 1);

    // As the kernel has it, with a peer that does not acknowledge at once: the rest waits.
    talk.client.set(opt::NoDelay{false}).value();
    talk.server.set(opt::QuickAck{false}).value();
    before = segments(talk.client);
    send_ten();
    CHECK(segments(talk.client) - before < 10);
    receive_ten();
}

TEST_CASE("a send buffer holds about what was asked for") {
    const auto sent_into = [](int size) {
        const auto [one, other] = Connection<Unix>::pair().value();
        one.set(opt::SendBuffer{at_run_time(size)}).value();
        const std::vector<char> much(std::size_t{1} << 20, 'x');
        std::size_t count = 0;
        while (auto sent = one.send_some(much, no_wait)) {
            count += *sent;
        }
        return count;
    };
    const std::size_t little = sent_into(20'000);
    CHECK(little >= 10'000);
    CHECK(little <= 40'000);
    CHECK(sent_into(200'000) > 5 * little);
}

TEST_CASE("a receive buffer is what the peer may have on the way") {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0", opt::ReceiveBuffer{5'000}).value();
    const auto client = Connection<Ipv4>::connect(listener.local_endpoint().value()).value();
    const auto server = listener.accept().value().connection;
    CHECK(client.get<opt::Info>()->peer_window <= 10'000);
}

TEST_CASE("the first packet of a connection is kept") {
    host::needs(host::ipv6);
    const auto listener = Listener<Ipv6>::listen("[::1]:0", opt::SaveSyn{true}).value();
    const auto client =
        Connection<Ipv6>::connect(listener.local_endpoint().value(), opt::HopLimit{77}).value();
    const auto server = listener.accept().value().connection;
    const auto packet = server.get<opt::SavedSyn>().value();
    REQUIRE(packet.bytes().size() > 40 + 20);
    CHECK((std::to_integer<int>(packet.bytes()[0]) >> 4) == 6);
    CHECK(std::to_integer<int>(packet.bytes()[7]) == 77);
    CHECK(server.get<opt::SavedSyn>().value().bytes().empty()); // reading took it
    CHECK(client.get<opt::SavedSyn>().value().bytes().empty());
}

TEST_CASE("a segment size makes datagrams of one send") {
    const DatagramConversation<Ipv6> talk;
    talk.one.set(opt::SegmentSize{4}).value();
    talk.one.send("aaaabbbbcc").value();
    char buffer[16];
    CHECK(talk.other.receive(buffer, within(5s)).value() == "aaaa");
    CHECK(talk.other.receive(buffer, within(5s)).value() == "bbbb");
    CHECK(talk.other.receive(buffer, within(5s)).value() == "cc");
}

TEST_CASE("ICMP types that are filtered out do not come") {
    host::needs(host::own_network);
    const std::string said = in_child([]() -> std::string {
        if (!enter_network_of_our_own()) {
            return "no host of our own";
        }
        using opt::IcmpFilter;
        const auto filtered = Bound<Ipv6, Raw, Icmpv6>::bind(
                                  "[::1]:0", IcmpFilter{IcmpFilter::Types::all().without(129)})
                                  .value();
        const auto unfiltered = Bound<Ipv6, Raw, Icmpv6>::bind("[::1]:0").value();
        const char request[8]{static_cast<char>(128), 0, 0, 0, 0, 1, 0, 1}; // echo
        unfiltered.send_to(std::span{request}, "[::1]:0").value();
        char buffer[64];
        std::string types;
        for (const auto* socket : {&unfiltered, &unfiltered, &filtered}) {
            const auto data = socket->receive_from(buffer, within(5s)).value().data;
            types += std::to_string(static_cast<unsigned char>(data[0])) + " ";
        }
        return types + (filtered.receive_from(buffer, no_wait) ? "more" : "");
    });
    CHECK(said == "128 129 128 ");
}

TEST_CASE("a peer that lives and does not read is dead to DeadPeerWithin") {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const auto client =
        Connection<Ipv4>::connect(listener.local_endpoint().value(), opt::DeadPeerWithin{4s})
            .value();
    const auto idle_peer = listener.accept(within(5s)).value();
    const std::string much(1 << 20, 'x');
    const auto start = Clock::now();
    auto sent = client.send_all(much, within(30s));
    while (sent) {
        sent = client.send_all(much, within(30s));
    }
    CHECK(failure_of(sent) == Errc::connection_timed_out);
    CHECK(Clock::now() - start < 10s);
}

TEST_CASE("a peer whose cable is pulled is known in time") {
    host::needs(host::own_host);
    const std::string said = in_child([]() -> std::string {
        const TwoHosts hosts;
        hosts.enter_right();
        const auto listener = Listener<Ipv4>::listen("10.77.0.2:0").value();
        hosts.enter_left();
        struct Watched {
            std::string name;
            Connection<Ipv4> connection;
            bool sends;
            std::chrono::milliseconds least;
            std::chrono::milliseconds most;
            std::string outcome;
        };
        std::vector<Watched> all;
        std::vector<Connection<Ipv4>> peers;
        const auto watch = [&](std::string name, const auto& option, bool sends,
                               std::chrono::milliseconds least, std::chrono::milliseconds most) {
            all.push_back(
                {std::move(name),
                 Connection<Ipv4>::connect(listener.local_endpoint().value(), within(5s), option)
                     .value(),
                 sends, least, most, "nothing"});
            peers.push_back(listener.accept(within(5s)).value().connection);
        };
        watch("user timeout", opt::UserTimeout{1500ms}, true, 1400ms, 3000ms);
        watch("keep-alive", opt::KeepAliveProbes{1s, 1s, 2}, false, 2900ms, 5000ms);
        watch("dead peer, idle", opt::DeadPeerWithin{5s}, false, 1000ms, 5000ms);
        watch("dead peer, sending", opt::DeadPeerWithin{5s}, true, 1000ms, 5000ms);
        watch("nothing", opt::NoDelay{true}, true, 0ms, 0ms);

        hosts.unplug();
        const auto start = Clock::now();
        std::vector<std::unique_ptr<Thread>> threads;
        for (Watched& one : all) {
            if (one.sends) {
                one.connection.send_all("x").value();
            }
            threads.push_back(std::make_unique<Thread>([&one, start] {
                char buffer[8];
                const auto received = one.connection.receive_some(buffer, within(7s));
                const auto passed = Clock::now() - start;
                const Errc code = failure_of(received);
                if (one.most == 0ms) {
                    one.outcome = code == Errc::deadline_exceeded ? "" : "known";
                } else if (code != Errc::connection_timed_out && code != Errc::host_unreachable) {
                    one.outcome = toString(code).c_str();
                } else if (passed < one.least || passed > one.most) {
                    one.outcome =
                        std::to_string(
                            std::chrono::duration_cast<std::chrono::milliseconds>(passed).count()) +
                        " ms";
                } else {
                    one.outcome = "";
                }
            }));
        }
        threads.clear();
        std::string wrong;
        for (const Watched& one : all) {
            if (!one.outcome.empty()) {
                wrong += one.name + ": " + one.outcome + "\n";
            }
        }
        return wrong;
    });
    CHECK(said == "");
}

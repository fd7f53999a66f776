// SPDX-License-Identifier: MIT
#include <ferrule/message/receive.hpp>

#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <span>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <ferrule/message/control.hpp>
#include <ferrule/message/send.hpp>
#include <ferrule/opt/socket.hpp>

#include "../support/conversation.hpp"
#include "../support/descriptors.hpp"
#include "../support/failure.hpp"
#include "../support/host.hpp"

using namespace ferrule;
using namespace std::chrono_literals;
using control::Rights;

namespace {

Wait soon() { return within(10s); }

// A file that can be told from every other.
struct File {
    Descriptor descriptor;
    ino_t inode = 0;

    File() {
        char name[] = "/tmp/ferrule-XXXXXX";
        descriptor = Descriptor{::mkostemp(name, O_CLOEXEC)};
        ::unlink(name);
        inode = inode_of(descriptor.number());
    }
    static ino_t inode_of(int number) {
        struct stat about{};
        return ::fstat(number, &about) == 0 ? about.st_ino : 0;
    }
    bool is(const Descriptor& other) const { return inode_of(other.number()) == inode; }
};

template <class Type> auto unix_pair() { return Connection<Unix, Type>::pair().value(); }

template <class Type, class... Controls, class Buffer>
auto get(const Connection<Unix, Type>& from, Buffer& buffer, Wait wait = soon()) {
    if constexpr (std::is_same_v<Type, Stream>) {
        return receive_some<Controls...>(from, buffer, wait);
    } else {
        return receive<Controls...>(from, buffer, wait);
    }
}

template <class Type, class... Given>
Result<void> put(const Connection<Unix, Type>& to, BytesView bytes, const Given&... given) {
    if constexpr (std::is_same_v<Type, Stream>) {
        return send_all(to, bytes, given...);
    } else {
        return send(to, bytes, given...);
    }
}

} // namespace

TEST_CASE_TEMPLATE("descriptors arrive as the same files, owned and close-on-exec", Type, Stream,
                   Datagram, SeqPacket) {
    const std::size_t before = open_descriptors();
    {
        const auto [ours, theirs] = unix_pair<Type>();
        const File one;
        const File two;
        CHECK(put<Type>(ours, "two files", Rights{one.descriptor.number(), two.descriptor.number()})
                  .has_value());
        char buffer[16];
        auto message = get<Type, Rights<2>>(theirs, buffer).value();
        CHECK(message.data == "two files");
        auto* const rights = message.template get_if<Rights<2>>();
        REQUIRE(rights != nullptr);
        REQUIRE(rights->size() == 2);
        CHECK(one.is((*rights)[0]));
        CHECK(two.is((*rights)[1]));
        CHECK(is_close_on_exec((*rights)[0].number()));
        const Descriptor taken = std::move((*rights)[0]); // the other is closed with the message
        CHECK(taken.is_open());
    }
    CHECK(open_descriptors() == before);
}

TEST_CASE_TEMPLATE("what was not asked for is closed", Type, Stream, Datagram, SeqPacket) {
    const auto [ours, theirs] = unix_pair<Type>();
    const File file;
    const std::size_t before = open_descriptors();
    std::vector<int> numbers(200, file.descriptor.number());
    CHECK(put<Type>(ours, "x", Rights{std::span<const int>{numbers}}).has_value());
    CHECK(put<Type>(ours, "y", Rights{std::span<const int>{numbers}}).has_value());
    char buffer[1];
#ifndef FERRULE_SYSTEM_POSIX
    CHECK(theirs.set(opt::PassCredentials{true}).has_value());
    const auto message = get<Type, control::Credentials>(theirs, buffer).value();
    CHECK(message.data == "x");
    CHECK(open_descriptors() == before);
#endif
    if constexpr (std::is_same_v<Type, Stream>) {
        CHECK(theirs.receive_some(buffer).has_value());
    } else {
        CHECK(theirs.receive(buffer).has_value());
    }
    CHECK(open_descriptors() == before);
}

TEST_CASE_TEMPLATE("a message without descriptors says that there were none", Type, Stream,
                   Datagram, SeqPacket) {
    const auto [ours, theirs] = unix_pair<Type>();
    CHECK(put<Type>(ours, "x").has_value());
    char buffer[16];
    auto message = get<Type, Rights<2>>(theirs, buffer).value();
    CHECK(message.data == "x");
    CHECK(message.template get_if<Rights<2>>() == nullptr);
    CHECK(failure_of(message.template take<Rights<2>>()) == Errc::control_missing);
}

TEST_CASE(
    "no descriptors at all are sent as none, more than 253 are refused and nothing goes out") {
    const auto [ours, theirs] = unix_pair<Datagram>();
    const std::vector<int> too_many(254, STDIN_FILENO);
    CHECK(failure_of(send(ours, "x", Rights{std::span<const int>{too_many}})) ==
          Errc::invalid_argument);
    CHECK(send(ours, "none", Rights{std::span<const int>{}}).has_value());
    char buffer[16];
    CHECK(receive<Rights<1>>(theirs, buffer, soon()).value().data == "none");
    CHECK(failure_of(theirs.receive(buffer, no_wait)) == Errc::would_block);
}

TEST_CASE("a stream takes nothing along without a byte") {
    const auto [ours, theirs] = unix_pair<Stream>();
    CHECK(failure_of(send_all(ours, "", Rights{STDIN_FILENO})) == Errc::empty_buffer);
    CHECK(failure_of(send_some(ours, "", Rights{STDIN_FILENO})) == Errc::empty_buffer);
}

TEST_CASE("descriptors that are none, a closed socket, an empty buffer") {
    auto [ours, theirs] = unix_pair<Datagram>();
    CHECK(failure_of(send(ours, "x", Rights{-1})) == Errc::bad_file_descriptor);
    CHECK(failure_of(send(ours, "x", Rights{123456})) == Errc::bad_file_descriptor);
    std::span<char> nothing;
    CHECK(failure_of(receive<Rights<1>>(theirs, nothing)) == Errc::empty_buffer);
    std::move(ours).close().value();
    CHECK(failure_of(send(ours, "x", Rights{0})) == Errc::not_open);
    char buffer[1];
    CHECK(failure_of(receive<Rights<1>>(ours, buffer)) == Errc::not_open);
}

// A receive with room for so many, in a process that may open so many more.
template <std::size_t room, class Type>
void receive_with_room(std::size_t sent, std::size_t may_open) {
    CAPTURE(room);
    CAPTURE(sent);
    CAPTURE(may_open);
    const auto [ours, theirs] = unix_pair<Type>();
    const File file;
    const std::vector<int> numbers(sent, file.descriptor.number());
    REQUIRE(put<Type>(ours, "data", Rights{std::span<const int>{numbers}}).has_value());
    const std::size_t before = open_descriptors();
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    int end = 0; // below it so many numbers are free
    for (std::size_t free = 0; free < may_open || is_open(end); ++end) {
        free += is_open(end) ? 0U : 1U;
    }
    const rlimit tight{static_cast<rlim_t>(end), limit.rlim_max};
    char buffer[16];
    {
        ::setrlimit(RLIMIT_NOFILE, &tight);
        auto message = get<Type, Rights<room>>(theirs, buffer);
        ::setrlimit(RLIMIT_NOFILE, &limit);
        if (sent <= room && sent <= may_open) {
            REQUIRE(message.has_value());
            CHECK(message->data == "data");
            const auto* const rights = message->template get_if<Rights<room>>();
            CHECK((rights == nullptr ? 0 : rights->size()) == sent);
            for (std::size_t at = 0; at < sent; ++at) {
                CHECK(file.is((*rights)[at]));
                CHECK(is_close_on_exec((*rights)[at].number()));
            }
            CHECK(open_descriptors() == before + sent);
        } else {
            CHECK(failure_of(message) == Errc::control_truncated);
            CHECK(message.error().transferred() == 4); // the data is not lost
            CHECK(std::string_view{buffer, 4} == "data");
            CHECK(open_descriptors() == before);
        }
    }
    CHECK(open_descriptors() == before);
}

TEST_CASE_TEMPLATE("0 to 253 descriptors into room for 1 to 64, under three limits", Type, Stream,
                   Datagram, SeqPacket) {
    for (std::size_t sent = 0; sent <= 253; sent += sent < 10 ? 1 : sent < 60 ? 11 : 31) {
        for (const std::size_t may_open : {0U, 5U, 300U}) {
            receive_with_room<1, Type>(sent, may_open);
            receive_with_room<2, Type>(sent, may_open);
            receive_with_room<3, Type>(sent, may_open);
            receive_with_room<8, Type>(sent, may_open);
            receive_with_room<64, Type>(sent, may_open);
        }
    }
    receive_with_room<64, Type>(253, 300);
    receive_with_room<253, Type>(253, 300);
    receive_with_room<253, Type>(253, 252);
}

TEST_CASE("a message that is longer than the buffer closes what came with it") {
    const auto [ours, theirs] = unix_pair<Datagram>();
    const File file;
    CHECK(send(ours, "too long", Rights{file.descriptor.number()}).has_value());
    const std::size_t before = open_descriptors();
    char buffer[3];
    const auto message = receive<Rights<1>>(theirs, buffer, soon());
    CHECK(failure_of(message) == Errc::message_truncated);
    CHECK(open_descriptors() == before);
}

TEST_CASE("a peer that is killed after it has sent leaves descriptors that live") {
    const auto [ours, theirs] = unix_pair<SeqPacket>();
    const pid_t child = ::fork();
    if (child == 0) {
        int ends[2];
        if (::pipe(ends) != 0 || ::write(ends[1], "alive", 5) != 5 ||
            !send(ours, "the end of a pipe", soon(), Rights{ends[0]})) {
            ::_exit(1);
        }
        ::raise(SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    char buffer[32];
    auto message = receive<Rights<1>>(theirs, buffer, soon()).value();
    const auto rights = message.take<Rights<1>>().value();
    char text[8];
    CHECK(::read(rights[0].number(), text, sizeof text) == 5);
    CHECK(std::string_view{text, 5} == "alive");
}

TEST_CASE("a wait, and a stop, end a receive and a send") {
    const auto [ours, theirs] = unix_pair<Datagram>();
    char buffer[16];
    CHECK(failure_of(receive<Rights<1>>(theirs, buffer, no_wait)) == Errc::would_block);
    CHECK(failure_of(receive<Rights<1>>(theirs, buffer, within(5ms))) == Errc::deadline_exceeded);
    Stop stop;
    stop.request();
    CHECK(failure_of(receive<Rights<1>>(theirs, buffer, stop)) == Errc::stopped);
    CHECK(failure_of(send(ours, "x", stop, Rights{0})) == Errc::stopped);
    while (send(ours, "x", no_wait, Rights{0})) {
    }
    CHECK(failure_of(send(ours, "x", within(5ms), Rights{0})) == Errc::deadline_exceeded);
}

TEST_CASE(
    "a stream of more than the buffers hold sends its descriptors once, with the first byte") {
    auto [ours, theirs] = unix_pair<Stream>();
    const File file;
    const std::string all(1'000'000, 'x');
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(send_all(ours, all, soon(), Rights{file.descriptor.number()}) ? 0 : 1);
    }
    std::move(ours).close().value();
    std::size_t size = 0;
    std::size_t descriptors = 0;
    std::vector<char> buffer(65536);
    for (;;) {
        auto message = receive_some<Rights<4>>(theirs, buffer, soon()).value();
        if (message.data.empty()) {
            break;
        }
        if (const auto* const rights = message.get_if<Rights<4>>()) {
            CHECK(size == 0);
            descriptors += rights->size();
        }
        size += message.data.size();
    }
    int status = 1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
    CHECK(size == all.size());
    CHECK(descriptors == 1);
}

#ifndef FERRULE_SYSTEM_POSIX

TEST_CASE_TEMPLATE("the kernel says which process has sent", Type, Stream, Datagram, SeqPacket) {
    const auto [ours, theirs] = unix_pair<Type>();
    CHECK(theirs.set(opt::PassCredentials{true}).has_value());
    CHECK(put<Type>(ours, "x").has_value());
    CHECK(put<Type>(ours, "y", control::Credentials{{::getpid(), ::getuid(), ::getgid()}})
              .has_value());
    char buffer[1];
    for (const std::string_view expected : {"x", "y"}) {
        auto message = get<Type, control::Credentials>(theirs, buffer).value();
        CHECK(message.data == expected);
        const auto sender = message.template take<control::Credentials>().value();
        CHECK(sender.process == ::getpid());
        CHECK(sender.user == ::getuid());
        CHECK(sender.group == ::getgid());
    }
}

TEST_CASE_TEMPLATE("a connection has its listener's option before anything can be sent", Type,
                   Stream, SeqPacket) {
    const auto ask = [](const auto&... options) {
        const auto listener = Listener<Unix, Type>::listen(Endpoint<Unix>{}, options...).value();
        const auto client =
            Connection<Unix, Type>::connect(listener.local_endpoint().value(), soon()).value();
        const auto accepted = listener.accept(soon()).value();
        CHECK(put<Type>(client, "x").has_value());
        CHECK(accepted.connection.set(opt::PassCredentials{true}).has_value());
        char buffer[1];
        auto message = get<Type, control::Credentials>(accepted.connection, buffer).value();
        return message.template take<control::Credentials>().value().process;
    };
    CHECK(ask(opt::PassCredentials{true}) == ::getpid());
    CHECK(ask() == 0); // too late
}

TEST_CASE("an empty message is told from the end if credentials come with it") {
    auto [ours, theirs] = unix_pair<SeqPacket>();
    CHECK(theirs.set(opt::PassCredentials{true}).has_value());
    CHECK(send(ours, "").has_value());
    char buffer[16];
    CHECK(receive<control::Credentials>(theirs, buffer, soon()).value().data.empty());
    std::move(ours).close().value();
    CHECK(failure_of(receive<control::Credentials>(theirs, buffer, soon())) == Errc::end_of_stream);
}

TEST_CASE("a process is told by a descriptor of its own") {
    const auto [ours, theirs] = unix_pair<Datagram>();
    if (const auto set = theirs.set(opt::PassProcessDescriptor{true}); !set) {
        CHECK(failure_of(set) == Errc::no_protocol_option); // before Linux 6.5
        return;
    }
    const std::size_t before = open_descriptors();
    const pid_t child = ::fork();
    if (child == 0) {
        static_cast<void>(send(ours, "x"));
        ::pause();
    }
    char buffer[1];
    {
        auto message = receive<control::ProcessDescriptor>(theirs, buffer, soon()).value();
        const auto process = message.take<control::ProcessDescriptor>().value();
        CHECK(is_close_on_exec(process.descriptor().number()));
        pollfd ended{process.descriptor().number(), POLLIN, 0};
        CHECK(::poll(&ended, 1, 0) == 0);
        ::kill(child, SIGKILL);
        CHECK(::poll(&ended, 1, 10'000) == 1); // that process, and no other
        ::waitpid(child, nullptr, 0);
    }
    CHECK(send(ours, "y").has_value());
    CHECK(receive<Rights<1>>(theirs, buffer, soon()).value().data == "y"); // unasked, closed
    CHECK(open_descriptors() == before);
}

TEST_CASE("who takes no descriptors gets none, and the sender is told") {
    Place<Unix> place;
    auto listener = Listener<Unix>::listen(place.endpoint(), opt::PassDescriptors{false});
    if (!listener) {
        CHECK(failure_of(listener) == Errc::no_protocol_option); // before Linux 6.16
        return;
    }
    const auto client = Connection<Unix>::connect(place.endpoint()).value();
    const auto sent = send_all(client, "x", Rights{STDIN_FILENO}); // it was not accepted yet
    CHECK(failure_of(sent) == Errc::operation_not_permitted);
    const auto server = listener->accept().value().connection;
    CHECK_FALSE(server.get<opt::PassDescriptors>().value());
    CHECK(failure_of(send_all(client, "x", Rights{STDIN_FILENO})) == Errc::operation_not_permitted);
    CHECK(client.send_all("y").has_value());
    char buffer[16];
    CHECK(server.receive_some(buffer).value() == "y");
}

TEST_CASE("a control message whose option is off names the option, and the message is there") {
    const TwoBound<Ipv4> ends;
    CHECK(ends.one.send_to("x", ends.other_endpoint).has_value());
    char buffer[16];
    auto message = receive_from<control::PacketInfo, control::HopLimit, control::Timestamp>(
                       ends.other, buffer, soon())
                       .value();
    CHECK(message.data == "x");
    CHECK(message.peer == ends.one_endpoint);
    CHECK(message.get_if<control::PacketInfo>() == nullptr);
    const auto info = message.take<control::PacketInfo>();
    CHECK(failure_of(info) == Errc::option_off);
    CHECK(info.error().option_name() == "IP_PKTINFO");
    CHECK(info.error().text() == "receive IP_PKTINFO: The option that asks for it is off "
                                 "(option_off)");
    CHECK(message.take<control::HopLimit>().error().option_name() == "IP_RECVTTL");
    CHECK(message.take<control::Timestamp>().error().option_name() == "SO_TIMESTAMPNS");
}

namespace {

// Datagrams of one family, from `one` to `other`, to an address of the other's choice.
template <class Family> struct Datagrams {
    Bound<Family, Datagram> one = Bound<Family, Datagram>::bind(any()).value();
    Bound<Family, Datagram> other = Bound<Family, Datagram>::bind(any()).value();
    std::uint16_t port = other.local_endpoint().value().port();

    static Endpoint<Family> any() {
        if constexpr (std::is_same_v<Family, Ipv4>) {
            return Endpoint<Ipv4>::any();
        } else {
            host::needs(host::ipv6);
            return Endpoint<Family>::any();
        }
    }
};

template <class Family> std::vector<Address<Ip>> addresses_of() {
    constexpr Address<Ipv4> near{127, 0, 0, 1};
    constexpr Address<Ipv4> far{127, 5, 6, 7};
    if constexpr (std::is_same_v<Family, Ipv4>) {
        return {near, Address<Ipv4>{127, 0, 0, 2}, far};
    } else if constexpr (std::is_same_v<Family, Ipv6>) {
        return {Address<Ipv6>::loopback()};
    } else {
        return {near, far, Address<Ipv6>::loopback()};
    }
}

template <class Family>
Endpoint<Family> endpoint_at(const Address<Ip>& address, std::uint16_t port) {
    if constexpr (std::is_same_v<Family, Ip>) {
        return {address, port};
    } else {
        return {*address.to<Family>(), port};
    }
}

} // namespace

TEST_CASE_TEMPLATE("a server on the wildcard address answers from the address it was asked at",
                   Family, Ipv4, Ipv6, Ip) {
    const Datagrams<Family> ends;
    CHECK(ends.other.set(opt::ReceivePacketInfo{true}).has_value());
    for (const auto& address : addresses_of<Family>()) {
        CAPTURE(std::string{address.text()});
        const auto asked = endpoint_at<Family>(address, ends.port);
        CHECK(ends.one.send_to("question", asked).has_value());
        char buffer[16];
        auto message = receive_from<control::PacketInfo>(ends.other, buffer, soon()).value();
        const auto info = message.template take<control::PacketInfo>().value();
        CHECK(info.destination == address);
        CHECK(info.local == address);
        CHECK(info.interface_index == 1); // the loopback of every host
        CHECK(send_to(ends.other, "answer", message.peer, info).has_value());
        const auto answer = ends.one.receive_from(buffer, soon()).value();
        CHECK(answer.data == "answer");
        CHECK(answer.peer == asked);
        // What PacketInfo is for: chosen by hand
        CHECK(send_to(ends.other, {"by ", "hand"}, message.peer, within(10s),
                      control::PacketInfo::from(address))
                  .has_value());
        const auto by_hand = ends.one.receive_from(buffer, soon()).value();
        CHECK(by_hand.data == "by hand");
        CHECK(by_hand.peer == asked);
    }
}

TEST_CASE("a source that this host does not have, or that is of the other family, is refused") {
    constexpr Address<Ipv4> nowhere = "192.0.2.1";
    constexpr Address<Ipv6> of_ipv6 = "2001:db8::1";
    const TwoBound<Ipv4> ends;
    CHECK_FALSE(send_to(ends.one, "x", ends.other_endpoint, control::PacketInfo::from(nowhere)));
    CHECK(failure_of(send_to(ends.one, "x", ends.other_endpoint,
                             control::PacketInfo::from(of_ipv6))) == Errc::wrong_family);
}

TEST_CASE_TEMPLATE("class, congestion and hop limit of one message arrive", Family, Ipv4, Ipv6,
                   Ip) {
    const Datagrams<Family> ends;
    CHECK(ends.other.set(opt::ReceiveTrafficClass{true}).has_value());
    CHECK(ends.other.set(opt::ReceiveHopLimit{true}).has_value());
    for (const auto& address : addresses_of<Family>()) {
        CAPTURE(std::string{address.text()});
        const auto to = endpoint_at<Family>(address, ends.port);
        for (const auto ecn :
             {opt::Ecn::not_capable, opt::Ecn::capable_1, opt::Ecn::capable, opt::Ecn::congested}) {
            CHECK(send_to(ends.one, "x", to,
                          control::TrafficClass{{opt::expedited_forwarding, ecn}},
                          control::HopLimit{77})
                      .has_value());
            char buffer[16];
            auto message =
                receive_from<control::TrafficClass, control::HopLimit>(ends.other, buffer, soon())
                    .value();
            const auto traffic = message.template take<control::TrafficClass>().value();
            CHECK(traffic.value == opt::TrafficBits{opt::expedited_forwarding, ecn});
            CHECK(message.template take<control::HopLimit>().value().value == 77);
        }
    }
    const auto to = endpoint_at<Family>(addresses_of<Family>().front(), ends.port);
    CHECK(failure_of(send_to(ends.one, "x", to, control::HopLimit{0})) == Errc::value_out_of_range);
    CHECK(failure_of(send_to(ends.one, "x", to, control::HopLimit{256})) ==
          Errc::value_out_of_range);
}

TEST_CASE("a message says when it came in, by the clock of this host") {
    const TwoBound<Ipv4> ends;
    CHECK(ends.other.set(opt::ReceiveTimestamps{true}).has_value());
    const auto now = [] { return std::chrono::system_clock::now().time_since_epoch(); };
    std::chrono::nanoseconds last{0};
    for (int message = 0; message < 20; ++message) {
        const auto before = now();
        CHECK(ends.one.send_to("x", ends.other_endpoint).has_value());
        const auto after = now();
        char buffer[16];
        auto received = receive_from<control::Timestamp>(ends.other, buffer, soon()).value();
        const auto stamp = received.take<control::Timestamp>().value();
        const std::chrono::nanoseconds came{stamp.since_1970.count()};
        CHECK(came >= last);
        CHECK(came >= before - 1ms);
        CHECK(came <= after + 1ms);
        last = came;
    }
}

TEST_CASE("a message says its priority") {
    const TwoBound<Ipv4> ends;
    if (!ends.other.set(opt::ReceivePriority{true})) {
        return; // before Linux 6.14
    }
    CHECK(send_to(ends.one, "x", ends.other_endpoint, control::Priority{5}).has_value());
    char buffer[16];
    auto message = receive_from<control::Priority>(ends.other, buffer, soon()).value();
    CHECK(message.take<control::Priority>().value().value == 5);
}

TEST_CASE("a message says how many were dropped before it") {
    const TwoBound<Ipv4> ends;
    CHECK(ends.other.set(opt::ReceiveDropped{true}).has_value());
    CHECK(ends.other.set(opt::ReceiveBuffer{1}).has_value());
    const std::string large(1000, 'x');
    for (int message = 0; message < 100; ++message) {
        CHECK(ends.one.send_to(large, ends.other_endpoint).has_value());
    }
    char buffer[1000];
    int received = 0;
    while (ends.other.receive_from(buffer, no_wait)) {
        ++received;
    }
    CHECK(ends.one.send_to("x", ends.other_endpoint).has_value());
    auto message = receive_from<control::Dropped>(ends.other, buffer, soon()).value();
    CHECK(message.take<control::Dropped>().value().value ==
          static_cast<std::uint32_t>(100 - received));
}

TEST_CASE("datagrams go out as segments of one send and come in as one, with their size") {
    const TwoBound<Ipv4> ends;
    const int on = 1; // not an option of the library: a plain receive would be wrong
    REQUIRE(::setsockopt(ends.other.descriptor(), IPPROTO_UDP, 104, &on, sizeof on) == 0);
    const std::string all(2500, 'x');
    CHECK(send_to(ends.one, all, ends.other_endpoint, control::SegmentSize{1000}).has_value());
    char buffer[65536];
    auto message = receive_from<control::CoalescedSize>(ends.other, buffer, soon()).value();
    CHECK(message.data.size() == 2500);
    CHECK(message.take<control::CoalescedSize>().value().value == 1000);
    CHECK(failure_of(send_to(ends.one, all, ends.other_endpoint, control::SegmentSize{0})) ==
          Errc::value_out_of_range);
    CHECK(failure_of(send_to(ends.one, all, ends.other_endpoint, control::SegmentSize{65536})) ==
          Errc::value_out_of_range);
}

TEST_CASE("a time to go out by needs its option") {
    const TwoBound<Ipv4> ends;
    CHECK(failure_of(send_to(ends.one, "x", ends.other_endpoint,
                             control::TransmitTime{Nanoseconds{1}})) == Errc::invalid_argument);
    CHECK(ends.one.set(opt::TransmitTimes{opt::TransmitTimes::Clock::monotonic}).has_value());
    CHECK(send_to(ends.one, "x", ends.other_endpoint, control::TransmitTime{Nanoseconds{1}})
              .has_value());
}

TEST_CASE("where nobody is, nothing is sent") {
    const TwoBound<Ipv4> ends;
    const Endpoint<Ipv4> nobody = Endpoint<Ipv4>::any(80);
    CHECK(failure_of(send_to(ends.one, "x", nobody, control::HopLimit{1})) == Errc::not_a_peer);
    const Endpoint<Ipv4> everybody = "255.255.255.255:9";
    CHECK(failure_of(send_to(ends.one, "x", everybody, control::HopLimit{1})) ==
          Errc::permission_denied);
}

TEST_CASE("of a datagram that was turned here the original destination is told") {
    const TwoBound<Ipv4> ends;
    CHECK(ends.other.set(opt::ReceiveOriginalDestination{true}).has_value());
    CHECK(ends.one.send_to("x", ends.other_endpoint).has_value());
    char buffer[16];
    auto message = receive_from<control::OriginalDestination>(ends.other, buffer, soon()).value();
    CHECK(message.take<control::OriginalDestination>().value().value ==
          Endpoint<Ip>{ends.other_endpoint});
}

TEST_CASE("a datagram that is longer than the buffer says who sent it") {
    const TwoBound<Ipv4> ends;
    CHECK(ends.other.set(opt::ReceiveHopLimit{true}).has_value());
    CHECK(ends.one.send_to("too long", ends.other_endpoint).has_value());
    char buffer[3];
    const auto message = receive_from<control::HopLimit>(ends.other, buffer, soon());
    CHECK(failure_of(message) == Errc::message_truncated);
    CHECK(message.error().message_size() == 8);
    if (sizeof(std::size_t) == 8) { // an Error of 32 bits has no room for both
        CHECK(std::string{message.error().text()}.find(ends.one_endpoint.text()) !=
              std::string::npos);
    }
}
#endif

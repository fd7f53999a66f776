// SPDX-License-Identifier: MIT
#include <ferrule/tag/legal.hpp>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <set>
#include <string>
#include <sys/socket.h>
#include <type_traits>
#include <unistd.h>

using namespace ferrule;

static_assert(std::is_same_v<DefaultProtocol<Ipv4, Stream>, Tcp> &&
              std::is_same_v<DefaultProtocol<Ipv6, Datagram>, Udp>);
static_assert(std::is_same_v<DefaultProtocol<Unix, SeqPacket>, Unspecified>);
static_assert(std::is_same_v<DefaultProtocol<Ipv4, Raw>, RawNeedsAProtocol>);
static_assert(Legal<Ipv4, Stream, Tcp> && Legal<Ipv6, Raw, Icmpv6> &&
              Legal<Unix, SeqPacket, Unspecified>);
static_assert(!Legal<Ipv4, Stream, Udp> && !Legal<Ipv4, SeqPacket, Tcp> &&
              !Legal<Unix, Stream, Tcp>);

namespace {

// Tags that a user adds. A protocol that names its families touches none of them.
struct Gre {
    static constexpr int number = IPPROTO_GRE;
    using types = OneOf<Raw>;
    using families = OneOf<Ipv4, Ipv6>;
};

struct Vsock {
    static constexpr int number = AF_VSOCK;
    using types = OneOf<Stream, SeqPacket>;
    using protocols = OneOf<Unspecified>;
};

// A type that names its families and protocols.
struct ReliableMessages {
    static constexpr int number = SOCK_RDM;
    static constexpr bool forms_connections = false;
    static constexpr bool keeps_boundaries = true;
    using families = OneOf<Vsock>;
    using protocols = OneOf<Unspecified>;
};

template <class Family, class Type> constexpr bool offers = Offers<Family, Type>;
template <class Family, class Protocol> constexpr bool speaks = Speaks<Family, Protocol>;
template <class Protocol, class Type> constexpr bool carries = Carries<Protocol, Type>;
template <class Family, class Type, class Protocol>
constexpr bool legal = Legal<Family, Type, Protocol>;

static_assert(offers<Ipv4, Raw> && offers<Unix, SeqPacket> && offers<Ip, Datagram>);
static_assert(!offers<Ipv4, SeqPacket> && !offers<Unix, Raw> && !offers<Ip, Raw>);
static_assert(speaks<Ipv4, Icmp> && speaks<Ipv6, Icmpv6> && speaks<Unix, Unspecified>);
static_assert(!speaks<Ipv4, Icmpv6> && !speaks<Ipv6, Icmp> && !speaks<Unix, Tcp> &&
              !speaks<Ipv4, Unspecified> && !speaks<Ip, Icmp>);
static_assert(carries<Udp, Datagram> && !carries<Udp, Stream> && !carries<Tcp, Datagram> &&
              !carries<Unspecified, Raw>);

static_assert(speaks<Ipv4, Gre> && speaks<Ipv6, Gre> && !speaks<Unix, Gre> && !speaks<Ip, Gre>);
static_assert(legal<Ipv4, Raw, Gre> && !legal<Ipv4, Stream, Gre>);
static_assert(legal<Vsock, Stream, Unspecified> && !legal<Vsock, Datagram, Unspecified> &&
              !legal<Vsock, Stream, Tcp>);
static_assert(offers<Vsock, ReliableMessages> && !offers<Unix, ReliableMessages> &&
              carries<Unspecified, ReliableMessages> && !carries<Udp, ReliableMessages> &&
              legal<Vsock, ReliableMessages, Unspecified>);

template <class Family, class Type, class Protocol>
constexpr bool defaults_to = std::is_same_v<DefaultProtocol<Family, Type>, Protocol>;

static_assert(defaults_to<Ipv4, Stream, Tcp> && defaults_to<Ipv6, Stream, Tcp> &&
              defaults_to<Ip, Stream, Tcp>);
static_assert(defaults_to<Ipv4, Datagram, Udp> && defaults_to<Ip, Datagram, Udp>);
static_assert(defaults_to<Unix, Stream, Unspecified> && defaults_to<Any, Stream, Unspecified>);
static_assert(defaults_to<Vsock, SeqPacket, Unspecified>);
static_assert(defaults_to<Ipv4, Raw, RawNeedsAProtocol> && !legal<Ipv4, Raw, RawNeedsAProtocol>);

static_assert(SocketType<ReliableMessages>);

// The lists of the tags, put together.
template <class List, class... More> struct JoinedOf {
    using type = List;
};
template <class... Known, class First, class... Rest, class... Lists>
struct JoinedOf<OneOf<Known...>, OneOf<First, Rest...>, Lists...>
    : JoinedOf<std::conditional_t<among<First, OneOf<Known...>>, OneOf<Known...>,
                                  OneOf<Known..., First>>,
               OneOf<Rest...>, Lists...> {};
template <class... Known, class... Lists>
struct JoinedOf<OneOf<Known...>, OneOf<>, Lists...> : JoinedOf<OneOf<Known...>, Lists...> {};

template <class... Lists> using Joined = typename JoinedOf<OneOf<>, Lists...>::type;

using Families = Joined<OneOf<Ipv4, Ipv6, Unix>>;
using Types = Joined<Ipv4::types, Ipv6::types, Unix::types>;
using Protocols = Joined<Ipv4::protocols, Ipv6::protocols, Unix::protocols, OneOf<Gre>>;

static_assert(std::is_same_v<Types, OneOf<Stream, Datagram, Raw, SeqPacket>>);

template <class... Choices, class Visit> void for_each(OneOf<Choices...>, Visit visit) {
    (visit(Choices{}), ...);
}

// 0 if socket(2) opens it, else errno.
int ask_kernel(int family, int type, int protocol) {
    const int descriptor = ::socket(family, type | SOCK_CLOEXEC, protocol);
    if (descriptor < 0) {
        return errno;
    }
    ::close(descriptor);
    return 0;
}

// Lacking rights say nothing about the combination.
bool takes(int answer) { return answer == 0 || answer == EPERM || answer == EACCES; }

// Where legal.hpp says that it is stricter than the kernel.
enum class Point { none, zero_of_ip, raw_of_other_protocol, one_of_unix, raw_of_unix };

template <class Family, class Type, class Protocol>
Point point_of_strictness(Family, Type, Protocol) {
    constexpr bool raw = std::is_same_v<Type, Raw>;
    if (std::is_same_v<Family, Unix>) {
        const bool fits = Protocol::number == PF_UNIX || Protocol::number == 0;
        return raw && fits                   ? Point::raw_of_unix
               : Protocol::number == PF_UNIX ? Point::one_of_unix
                                             : Point::none;
    }
    if (std::is_same_v<Type, SeqPacket>) {
        return Point::none;
    }
    if (Protocol::number == 0) {
        return raw ? Point::none : Point::zero_of_ip;
    }
    return raw ? Point::raw_of_other_protocol : Point::none;
}

template <class Family, class Type, class Protocol> std::string numbers(Family, Type, Protocol) {
    return "socket(" + std::to_string(Family::number) + ", " + std::to_string(Type::number) + ", " +
           std::to_string(Protocol::number) + ")";
}

} // namespace

TEST_CASE("the kernel opens what is legal, and refuses the rest but for four points") {
    std::size_t asked = 0;
    std::set<Point> points;
    for_each(Families{}, [&](auto family) {
        for_each(Types{}, [&](auto type) {
            for_each(Protocols{}, [&](auto protocol) {
                ++asked;
                if (protocol.number == sys::absent) {
                    return;
                }
                const int answer = ask_kernel(family.number, type.number, protocol.number);
                CAPTURE(numbers(family, type, protocol));
                CAPTURE(std::string{std::strerror(answer)});
                if (legal<decltype(family), decltype(type), decltype(protocol)>) {
                    CHECK(takes(answer));
                } else {
                    const Point point = point_of_strictness(family, type, protocol);
                    CHECK(takes(answer) == (point != Point::none));
                    points.insert(point);
                }
            });
        });
    });
    CHECK(asked == 3 * 4 * 8);
    CHECK(points.size() == 5); // each of the four, and none
}

TEST_CASE("a family that a user adds is asked of the kernel, too") {
    for_each(Types{}, [](auto type) {
        for_each(Protocols{}, [&](auto protocol) {
            const int answer = ask_kernel(Vsock::number, type.number, protocol.number);
            CAPTURE(numbers(Vsock{}, type, protocol));
            CAPTURE(std::string{std::strerror(answer)});
            if (legal<Vsock, decltype(type), decltype(protocol)>) {
                CHECK((takes(answer) || answer == EAFNOSUPPORT));   // a kernel without vsock
            } else if (!std::is_same_v<decltype(type), Datagram>) { // the hypervisor's affair
                CHECK_FALSE(takes(answer));
            }
        });
    });
}

TEST_CASE_TEMPLATE("the default protocol is what the kernel means by 0", Family, Ipv4, Ipv6) {
    for_each(OneOf<Stream, Datagram>{}, [](auto type) {
        const int descriptor = ::socket(Family::number, type.number | SOCK_CLOEXEC, 0);
        int protocol = -1;
        socklen_t size = sizeof protocol;
        CHECK(::getsockopt(descriptor, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) == 0);
        CHECK(protocol == DefaultProtocol<Family, decltype(type)>::number);
        ::close(descriptor);
    });
}

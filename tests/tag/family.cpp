// SPDX-License-Identifier: MIT
#include <ferrule/tag/family.hpp>

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace ferrule;

static_assert(FixedFamily<Ipv4> && FixedFamily<Ipv6> && FixedFamily<Unix>);
static_assert(VariableFamily<Ip> && VariableFamily<Any> && !FixedFamily<Stream>);

namespace {

template <class Candidate> constexpr bool is_family = AddressFamily<Candidate>;
template <class Candidate> constexpr bool is_fixed = FixedFamily<Candidate>;
template <class Candidate> constexpr bool is_variable = VariableFamily<Candidate>;

static_assert(is_family<Ipv4> && is_family<Ipv6> && is_family<Unix> && is_family<Ip> &&
              is_family<Any>);
static_assert(!is_family<Stream> && !is_family<Tcp> && !is_family<int>);

// One of the user's own has what the kernel has for its number.
template <int family, class Types, class Protocols> struct Own {
    static constexpr int number = family;
    using types = Types;
    using protocols = Protocols;
};
static_assert(is_family<Own<AF_UNIX, OneOf<SeqPacket>, OneOf<Unspecified>>>);
static_assert(is_family<Own<AF_INET, OneOf<Stream, Raw>, OneOf<Mptcp>>>);
static_assert(is_family<Own<AF_VSOCK, OneOf<Stream>, OneOf<Unspecified>>>);
static_assert(!is_family<Own<AF_UNIX, OneOf<Stream, Raw>, OneOf<Unspecified>>>);
static_assert(!is_family<Own<AF_UNIX, OneOf<Stream>, OneOf<Unspecified, Tcp>>>);
static_assert(!is_family<Own<AF_INET, OneOf<Stream, SeqPacket>, OneOf<Tcp>>>);
static_assert(!is_family<Own<AF_INET6, OneOf<Stream, Datagram>, OneOf<Tcp, Mptcp>>>);
static_assert(is_fixed<Ipv4> && is_fixed<Ipv6> && is_fixed<Unix> && !is_fixed<Ip> &&
              !is_fixed<Any> && !is_fixed<Stream>);
static_assert(is_variable<Ip> && is_variable<Any> && !is_variable<Ipv4> && !is_variable<Unix> &&
              !is_variable<Stream>);

static_assert(Ipv4::number == AF_INET && Ipv6::number == AF_INET6 && Unix::number == AF_UNIX);

static_assert(Among<Ipv4, Ip::members> && Among<Ipv6, Ip::members> && !Among<Unix, Ip::members>);
static_assert(std::is_same_v<MembersOf<Ip>, Ip::members> &&
              std::is_same_v<MembersOf<Ipv4>, OneOf<>>);
static_assert(Among<Unix, Any::members> && Among<Ip, Any::members> && !Among<Any, Any::members>);

// What an Ip can be, both of its members can be; what an Any can be, some member can.
static_assert(!Among<Raw, Ip::types> && !Among<Raw, Any::types> && !Among<SeqPacket, Ip::types>);
static_assert(Among<SeqPacket, Any::types>);

static_assert(FormsPairs<Unix> && !forms_pairs<Ipv4> && !forms_pairs<Ipv6> && !forms_pairs<Ip> &&
              !forms_pairs<Any>);

// A family of the user's own is one more struct, and need not speak of pairs.
struct Vsock {
    static constexpr int number = AF_VSOCK;
    using types = OneOf<Stream, SeqPacket>;
    using protocols = OneOf<Unspecified>;
};
static_assert(is_fixed<Vsock> && !forms_pairs<Vsock>);

struct WithoutPairs : Vsock {
    static constexpr bool forms_pairs = false;
};
static_assert(!forms_pairs<WithoutPairs>);

} // namespace

TEST_CASE_TEMPLATE("a family forms pairs if the kernel makes them", Family, Ipv4, Ipv6, Unix) {
    int ends[2];
    const bool made = ::socketpair(Family::number, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0;
    CHECK(made == forms_pairs<Family>);
    if (made) {
        ::close(ends[0]);
        ::close(ends[1]);
    }
}

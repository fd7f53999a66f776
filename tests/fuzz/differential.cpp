// SPDX-License-Identifier: MIT
// Mutated texts, as many as the argument says, read by ferrule and by inet_pton(3), printed by
// ferrule and by inet_ntop(3). They differ in one thing, which is named below; the first other
// difference ends the program with status 1.

#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <ferrule/address/ip.hpp>

#include "../support/mutation.hpp"

using namespace ferrule;

namespace {

constexpr std::string_view ipv4_seeds[]{
    "0.0.0.0", "127.0.0.1", "192.168.100.200", "255.255.255.255", "10.1.99.100", "1.22.33.4",
};
constexpr std::string_view ipv6_seeds[]{
    "::",
    "::1",
    "2001:db8::1",
    "1:2:3:4:5:6:7:8",
    "fe80::1:0:0:2",
    "::ffff:192.0.2.1",
    "1:2:3:4:5:6:192.0.2.1",
    "::192.0.2.1",
    "2001:db8:85a3:8d3:1319:8a2e:370:7348",
    "1::8",
    "0:0:1:0:0:0:1:0",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
};

// RFC 5952 section 5 allows the dotted form for known prefixes, of which ::/96 is none since RFC
// 4291: inet_ntop prints ::192.0.2.1 where ferrule prints ::c000:201.
bool is_printed_alike(const Address<Ipv4>&) { return true; }
bool is_printed_alike(const Address<Ipv6>& address) {
    for (std::size_t at = 0; at < 12; ++at) {
        if (address.bytes()[at] != 0) {
            return true;
        }
    }
    return false;
}

template <class Family> bool agrees(const std::string& text, long& valid) {
    typename Address<Family>::Bytes bytes;
    const bool theirs = inet_pton(Family::number, text.c_str(), bytes.data()) == 1;
    const auto ours = Address<Family>::parse(text);
    if (ours.has_value() != theirs) {
        return false;
    }
    if (!ours) {
        return ours.error().position() <= text.size();
    }
    ++valid;
    std::array<char, INET6_ADDRSTRLEN> printed;
    inet_ntop(Family::number, bytes.data(), printed.data(), printed.size());
    return ours->bytes() == bytes && Address<Family>::parse(ours->text()).value() == *ours &&
           (!is_printed_alike(*ours) || ours->text() == std::string_view{printed.data()});
}

template <class Seeds> std::string seed(const Seeds& seeds, Dice& dice) {
    return std::string{seeds[dice.below(static_cast<unsigned>(std::size(seeds)))]};
}

} // namespace

int main(int, char** arguments) {
    const long count = std::atol(arguments[1]);
    Dice dice;
    long valid = 0;
    for (long turn = 0; turn < count; ++turn) {
        const bool is_ipv4 = dice.below(3) == 0;
        const std::string text =
            is_ipv4 ? mutated(seed(ipv4_seeds, dice), "0123456789.. 0x:a-", dice)
                    : mutated(seed(ipv6_seeds, dice), "0123456789abcdefABF::..g%/ ", dice);
        if (!(is_ipv4 ? agrees<Ipv4>(text, valid) : agrees<Ipv6>(text, valid))) {
            std::printf("differs: %s\n", text.c_str());
            return 1;
        }
    }
    std::printf("%ld texts, of which %ld are addresses, no difference\n", count, valid);
    return valid > count / 5 && valid < count - count / 5 ? 0 : 1;
}

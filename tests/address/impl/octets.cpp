// SPDX-License-Identifier: MIT
#include <ferrule/address/impl/octets.hpp>

#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ferrule/address/ipv4.hpp>

using namespace ferrule;

namespace {

constexpr bool reads(std::string_view text) {
    Octets octets{text};
    return octets.octet_and_dot() && octets.octet_and_dot() && octets.octet_and_dot() &&
           octets.last_octet();
}

constexpr std::uint32_t number(std::string_view text) {
    Octets octets{text};
    return octets.octet_and_dot() && octets.octet_and_dot() && octets.octet_and_dot() &&
                   octets.last_octet()
               ? octets.number()
               : 0;
}

static_assert(number("1.2.3.4") == 0x01020304 && Octets::shortest == 7);
static_assert(number("255.255.255.255") == 0xffffffff && number("10.99.100.199") == 0x0a6364c7);

// None of these is looked at beyond its end: the compiler would say so.
static_assert(!reads("1.1.1.1.") && !reads("1.1.1.22.") && !reads("1.1.1.222.") &&
              !reads("1.1.22.") && !reads("1.1.222.") && !reads("22.222.") && !reads("222.222.") &&
              !reads("222.222") && !reads("1.222.222") && !reads("1.1.1.2222") &&
              !reads("1.1.1..") && !reads("......."));

} // namespace

TEST_CASE("every number is read in every octet, and no other text of up to four characters") {
    std::vector<std::string> texts;
    const std::string_view characters = "0123456789./:";
    const auto count = characters.size();
    for (std::size_t number = 0; number < count * count * count * count; ++number) {
        std::string text;
        for (std::size_t rest = number; rest != 0; rest /= count) {
            text += characters[rest % count];
        }
        texts.push_back(text);
    }
    int valid = 0;
    for (const std::string& text : texts) {
        for (const auto& [before, after] :
             {std::pair{"", ".20.30.40"}, {"1.", ".30.40"}, {"1.20.", ".40"}, {"1.20.30.", ""}}) {
            const std::string whole = before + text + after;
            if (whole.size() >= Octets::shortest) {
                const auto expected = parse_whole<Address<Ipv4>>(whole);
                REQUIRE_MESSAGE(reads(whole) == expected.has_value(), whole);
                if (expected) {
                    ++valid;
                    REQUIRE(number(whole) == expected->number());
                }
            }
        }
    }
    CHECK(valid >= 3 * 246);
}

#include <ferrule/address/printer.hpp>

#include <doctest/doctest.h>
#include <string>

using namespace ferrule;

TEST_CASE("every octet is printed as std::to_string prints it") {
    for (unsigned octet = 0; octet < 256; ++octet) {
        char characters[3];
        const std::string printed{characters, print_octet(characters, octet)};
        CHECK(printed == std::to_string(octet));
    }
}

TEST_CASE("numbers of every length are printed as std::to_string prints them") {
    for (std::uint64_t number = 1; number <= 4294967295; number = number * 7 + 3) {
        char characters[10];
        const auto number32 = static_cast<std::uint32_t>(number);
        CHECK(std::string{characters, print_decimal(characters, number32)} ==
              std::to_string(number));
    }
    char characters[10];
    CHECK(std::string{characters, print_decimal(characters, 0)} == "0");
    CHECK(std::string{characters, print_decimal(characters, 4294967295)} == "4294967295");
}

TEST_CASE("every group is printed without leading zeros") {
    for (unsigned group = 0; group < 65536; ++group) {
        char characters[4];
        const std::string printed{characters, print_group(characters, group)};
        CHECK(std::stoul(printed, nullptr, 16) == group);
        CHECK((printed == "0" || printed[0] != '0'));
    }
}

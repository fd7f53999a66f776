#include <ferrule/address/parser.hpp>

#include <doctest/doctest.h>

using namespace ferrule;

namespace {

// The smallest grammar: a number, a comma, a number.
struct Pair {
    std::uint32_t first = 0;
    std::uint32_t second = 0;

    constexpr bool read(Parser& parser) {
        return parser.decimal(first, 99, Errc::value_out_of_range) && parser.expect(',') &&
               parser.decimal(second, 0xffffffff, Errc::result_out_of_range);
    }
};

constexpr Error failure(std::string_view text) { return parse_whole<Pair>(text).error(); }
constexpr Error at(std::size_t position, Errc code) { return {code, Operation::parse, position}; }

static_assert(parse_whole<Pair>("7,4294967295")->second == 4294967295);
static_assert(parse_whole<Pair>("0,0")->first == 0);

} // namespace

TEST_CASE("a grammar of smaller ones keeps the first failure and its position") {
    CHECK(failure("") == at(0, Errc::unexpected_end));
    CHECK(failure("7") == at(1, Errc::unexpected_end));
    CHECK(failure("7,") == at(2, Errc::unexpected_end));
    CHECK(failure(" 7,8") == at(0, Errc::unexpected_character));
    CHECK(failure("7;8") == at(1, Errc::unexpected_character));
    CHECK(failure("+7,8") == at(0, Errc::unexpected_character));
    CHECK(failure("7,8 ") == at(3, Errc::unexpected_rest));
    CHECK(failure({"7,8\0", 4}) == at(3, Errc::unexpected_rest));
}

TEST_CASE("a number has no leading zeros and stays below its limit, however long it is") {
    CHECK(failure("07,8") == at(1, Errc::leading_zero));
    CHECK(failure("00,8") == at(1, Errc::leading_zero));
    CHECK(failure("100,8") == at(2, Errc::value_out_of_range));
    CHECK(failure("7,4294967296") == at(11, Errc::result_out_of_range));
    CHECK(failure("7,99999999999999999999999999") == at(11, Errc::result_out_of_range));
}

TEST_CASE("only the ten and the sixteen digits are digits") {
    for (int byte = 0; byte < 256; ++byte) {
        const char text[] = {static_cast<char>(byte)};
        const Parser parser{std::string_view{text, 1}};
        const bool decimal = byte >= '0' && byte <= '9';
        const bool hexadecimal =
            decimal || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
        CHECK((parser.digit_here() <= 9) == decimal);
        CHECK((parser.hexadecimal_here() <= 15) == hexadecimal);
    }
    CHECK(Parser{"c"}.hexadecimal_here() == 12);
    CHECK(Parser{"C"}.hexadecimal_here() == 12);
    CHECK(Parser{""}.hexadecimal_here() > 15);
}

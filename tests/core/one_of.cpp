// SPDX-License-Identifier: MIT
#include <ferrule/core/one_of.hpp>

#include <doctest/doctest.h>

using namespace ferrule;

static_assert(Among<int, OneOf<char, int>> && Among<int, Every>);
static_assert(Among<int, EveryBut<char>> && !Among<int, EveryBut<char, int>>);
static_assert(!Among<int, OneOf<char, long>> && !Among<int, OneOf<>>);

namespace {

struct Apple {};
struct Pear {};
struct Nut {};
using Fruit = OneOf<Apple, Pear>;

template <class Choice, class Choices> constexpr bool is_among = Among<Choice, Choices>;

static_assert(is_among<Apple, Fruit>);
static_assert(is_among<Pear, Fruit>);
static_assert(!is_among<Nut, Fruit>);
static_assert(!is_among<const Apple, Fruit> && !is_among<Apple&, Fruit>);
static_assert(!is_among<Apple, OneOf<>>);
static_assert(!is_among<Fruit, Fruit>);

// Every stands for all types, also for those that are declared later.
static_assert(is_among<Nut, Every> && is_among<void, Every> && is_among<Every, Every>);

// A type that is no list has no members, not even itself.
static_assert(!is_among<Apple, Nut>);

template <class Choice>
    requires Among<Choice, Fruit>
int basket() {
    return 1;
}

template <class Choice> int basket() { return 2; }

} // namespace

TEST_CASE("a list of types picks the overload that is for them") {
    CHECK(basket<Apple>() == 1);
    CHECK(basket<Nut>() == 2);
}

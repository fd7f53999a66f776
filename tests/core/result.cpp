// SPDX-License-Identifier: MIT
#include <ferrule/core/result.hpp>

#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <unistd.h>
#include <utility>

#include "../support/failure.hpp"
#include "../support/folder.hpp"
#include "../support/in_child.hpp"

using namespace ferrule;

static_assert(std::is_trivially_copyable_v<Result<void>> && sizeof(Result<void>) == sizeof(Error));
static_assert(std::is_trivially_copyable_v<Result<std::size_t>> &&
              sizeof(Result<std::size_t>) == sizeof(Error));
static_assert(!std::is_convertible_v<Result<bool>, bool> &&
              !std::is_constructible_v<bool, Result<bool>>);

namespace {

constexpr Error refused{Errc::connection_refused, Operation::connect};
constexpr Error broken{Errc::broken_pipe, Operation::send, 7};

// In two registers: trivially copyable and of 16 bytes (System V ABI, AMD64, section 3.2.3).
static_assert(sizeof(Result<void>) == sizeof(Error));
static_assert(sizeof(Result<std::size_t>) == sizeof(Error));
static_assert(std::is_trivially_copyable_v<Result<void>>);
static_assert(std::is_trivially_copyable_v<Result<std::size_t>>);
static_assert(std::is_trivially_copyable_v<Result<int>> &&
              std::is_trivially_copyable_v<Result<std::string_view>>);
static_assert(std::is_trivially_destructible_v<Result<bool>>);

// A value with a destructor is moved, never copied behind one's back.
static_assert(std::is_nothrow_move_constructible_v<Result<std::string>> &&
              std::is_nothrow_move_assignable_v<Result<std::unique_ptr<int>>>);
static_assert(!std::is_copy_constructible_v<Result<std::unique_ptr<int>>>);

// From whatever T is made of, explicitly where T asks for that.
static_assert(std::is_convertible_v<const char*, Result<std::string>>);
static_assert(std::is_convertible_v<short, Result<std::size_t>>);
static_assert(std::is_convertible_v<Error, Result<std::string>>);
static_assert(
    std::is_convertible_v<std::unique_ptr<std::string>, Result<std::shared_ptr<std::string>>>);
static_assert(!std::is_convertible_v<std::string_view, Result<std::string>> &&
              std::is_constructible_v<Result<std::string>, std::string_view>);
static_assert(!std::is_constructible_v<Result<int>, std::string>);
static_assert(!std::is_constructible_v<Result<void>, int>);
static_assert(std::is_default_constructible_v<Result<void>> &&
              !std::is_default_constructible_v<Result<int>>);

// A question about the result that could be read as one about the value does not compile.
template <class Value> constexpr bool can_be_tested = std::is_constructible_v<bool, Result<Value>>;
static_assert(can_be_tested<void> && can_be_tested<std::size_t> && !can_be_tested<bool>);
static_assert(!std::is_convertible_v<Result<int>, bool>);

// value() of a temporary gives a value, not a reference into what is gone at the end of the line.
static_assert(std::is_same_v<decltype(std::declval<Result<std::string>>().value()), std::string>);
static_assert(std::is_same_v<decltype(std::declval<Result<std::string>&>().value()), std::string&>);
static_assert(std::is_same_v<decltype(std::declval<const Result<std::string>&>().value()),
                             const std::string&>);
static_assert(std::is_same_v<decltype(*std::declval<Result<std::string>>()), std::string>);
static_assert(std::is_same_v<decltype(std::declval<Result<void>>().value()), void>);

// All of it while compiling.
constexpr Result<int> half(int number) {
    if (number % 2 != 0) {
        return broken;
    }
    return number / 2;
}
static_assert(half(4).and_then(half).value() == 1);
static_assert(half(3).and_then(half).error() == broken);
static_assert(half(3).value_or(-1) == -1);
static_assert(half(8).transform([](int number) { return number + 1; }).value() == 5);
static_assert(half(3).or_else([](Error) { return Result<int>{0}; }).value() == 0);

// What happened, at each of two places.
struct TwoErrors {
    Error first;
    Error second;
    operator Error() const { return second; }
    Text<330> text() const { return Text<330>{first.text()}.append("; ").append(second.text()); }
};

struct CountsItsLife {
    static inline int alive = 0;
    CountsItsLife() { ++alive; }
    CountsItsLife(CountsItsLife&&) noexcept { ++alive; }
    ~CountsItsLife() { --alive; }
};

template <class T> Result<T> result_of(T value) { return Result<T>{std::move(value)}; }

// What Result asks the compiler itself is what the standard library answers.
struct Explicit {
    explicit Explicit(int);
};
struct MovesOnly {
    MovesOnly(MovesOnly&&);
};
struct Both {
    Both(const std::string&);
    operator std::string_view() const;
};

template <class From, class... To>
constexpr bool agree_on_pairs =
    ((__is_constructible(To, From) == std::is_constructible_v<To, From> &&
      converts_to<From, To> == std::is_convertible_v<From, To>) &&
     ...);
template <class From>
constexpr bool agrees =
    agree_on_pairs<From, int, long, bool, const char*, std::string, std::string_view,
                   std::unique_ptr<int>, Explicit, MovesOnly, Both>;
static_assert(agrees<int> && agrees<const int&> && agrees<const char*> && agrees<std::string> &&
              agrees<const std::string&> && agrees<std::unique_ptr<int>> &&
              agrees<std::unique_ptr<int>&> && agrees<Explicit> && agrees<MovesOnly> &&
              agrees<MovesOnly&> && agrees<const Both&> && agrees<std::nullptr_t>);

} // namespace

TEST_CASE_TEMPLATE("a result holds the value that it was given", Value, bool, char, int,
                   std::size_t, std::uint64_t, double, std::string) {
    const Value value{};
    auto result = result_of<Value>(Value{});
    CHECK(result.has_value());
    CHECK(*result == value);
    CHECK(result.value() == value);
    CHECK(std::as_const(result).value() == value);
    CHECK(std::move(result).value() == value);
}

TEST_CASE_TEMPLATE("or it holds the error that it was given", Value, void, bool, int, std::size_t,
                   std::string, std::unique_ptr<int>) {
    const Result<Value> result = broken;
    CHECK_FALSE(result.has_value());
    CHECK(result.error() == broken);
}

TEST_CASE("the largest size is a value, no error") {
    const Result<std::size_t> result = SIZE_MAX;
    CHECK(result.has_value());
    CHECK(*result == SIZE_MAX);
}

TEST_CASE("a value that only moves goes through") {
    Result<std::unique_ptr<int>> made = std::make_unique<int>(5);
    CHECK(**made == 5);
    CHECK(made->get() != nullptr);
    Result<std::unique_ptr<int>> moved = std::move(made);
    const std::unique_ptr<int> number = std::move(moved).value();
    CHECK(*number == 5);

    Result<std::unique_ptr<int>> assigned = refused;
    assigned = Result<std::unique_ptr<int>>{std::make_unique<int>(6)};
    CHECK(**assigned == 6);
    assigned = Result<std::unique_ptr<int>>{refused};
    CHECK(assigned.error() == refused);
}

TEST_CASE("a value ends exactly once") {
    {
        Result<CountsItsLife> one = CountsItsLife{};
        Result<CountsItsLife> two = std::move(one);
        one = Result<CountsItsLife>{refused};
        two = Result<CountsItsLife>{CountsItsLife{}};
        CHECK(CountsItsLife::alive == 1);
    }
    CHECK(CountsItsLife::alive == 0);
}

TEST_CASE("a value can be changed in its place") {
    Result<std::string> result = "ferr";
    *result += "ule";
    result->push_back('!');
    result.value() += '!';
    CHECK(*result == "ferrule!!");
    Result<std::size_t> size = std::size_t{1};
    *size += 1;
    CHECK(*size == 2);
}

TEST_CASE("asking for a value that is not there throws the sentence") {
    Result<int> result = broken;
    CHECK_THROWS_WITH_AS(static_cast<void>(std::move(result).value()), broken.text().c_str(),
                         Failure);
    CHECK_THROWS_WITH_AS(static_cast<void>(result.value()), broken.text().c_str(), Failure);
    CHECK_THROWS_WITH_AS(result.require(), broken.text().c_str(), Failure);
    Result<int>{1}.require();
    CHECK_THROWS_AS(static_cast<void>(std::as_const(result).value()), std::exception);
    CHECK_THROWS_AS(Result<void>{refused}.value(), Failure);
    CHECK_THROWS_AS(static_cast<void>(Result<std::string>{refused}.value()), Failure);
    try {
        Result<void>{broken}.value();
    } catch (const Failure& failure) {
        CHECK(failure.error() == broken);
    }
}

TEST_CASE("where exceptions are switched off the sentence is printed and the program aborts") {
    const TemporaryFolder folder;
    const auto printed = folder.file("printed");
    CHECK(in_child([&] {
              ::dup2(::open(printed.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600), 2);
              static_cast<void>(Result<int>{refused}.value<OnFailure::aborts>());
              return std::string{"went on"};
          }) == "signal 6");
    std::ifstream file{printed};
    CHECK(std::string{std::istreambuf_iterator<char>{file}, {}} ==
          "connect: Connection refused (ECONNREFUSED)\n");
}

namespace {

// What a child prints that ends by a signal, and by which.
template <class Asked> std::string last_words(Asked asked) {
    const TemporaryFolder folder;
    const auto printed = folder.file("printed");
    const auto ended = in_child([&] {
        ::dup2(::open(printed.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600), 2);
        asked();
        return std::string{"went on"};
    });
    std::ifstream file{printed};
    return ended + ": " + std::string{std::istreambuf_iterator<char>{file}, {}};
}

// Whether an lvalue of this Result can be rescued.
template <class Value>
constexpr bool is_rescued = requires(const Result<Value>& result) {
    result.or_else([](Error error) { return Result<Value>{error}; });
};

} // namespace

TEST_CASE("a value or an error that is not there is never handed out") {
    const std::string sentence = "signal 6: connect: Connection refused (ECONNREFUSED)\n";
    CHECK(last_words([] { static_cast<void>(*Result<int>{refused}); }) == sentence);
    CHECK(last_words([] {
              Result<std::size_t> result = refused;
              *result = 1;
          }) == sentence);
    CHECK(last_words([] {
              const Result<std::string> result = refused;
              static_cast<void>(*result);
          }) == sentence);
    CHECK(last_words([] {
              Result<std::string> result = refused;
              result->clear();
          }) == sentence);
    CHECK(last_words([] {
              const Result<std::string> result = refused;
              static_cast<void>(result->size());
          }) == sentence);
    CHECK(last_words([] { static_cast<void>(*Result<std::unique_ptr<int>>{refused}); }) ==
          sentence);
    CHECK(last_words([] { static_cast<void>(Result<int>{0}.error()); }) ==
          "signal 6: error() of a Result that holds a value\n");
    CHECK(last_words([] { static_cast<void>(Result<void>{}.error()); }) ==
          "signal 6: error() of a Result that holds a value\n");
}

TEST_CASE("value_or gives the other one only for an error") {
    CHECK(Result<int>{1}.value_or(2) == 1);
    CHECK(Result<int>{refused}.value_or(2) == 2);
    CHECK(Result<std::string>{refused}.value_or({}) == "");
    const Result<std::string> kept = "kept";
    CHECK(kept.value_or("other") == "kept");
    CHECK(*kept == "kept");
    CHECK(*Result<std::unique_ptr<int>>{refused}.value_or(std::make_unique<int>(3)) == 3);
}

TEST_CASE("and_then goes on with the value and past an error") {
    const auto number = [](auto&& text) -> Result<std::size_t> {
        return text.empty() ? Result<std::size_t>{broken} : text.size();
    };
    CHECK(Result<std::string>{"four"}.and_then(number).value() == 4);
    CHECK(Result<std::string>{""}.and_then(number).error() == broken);
    CHECK(Result<std::string>{refused}.and_then(number).error() == refused);

    const Result<std::string> fixed = "four";
    CHECK(fixed.and_then(number).value() == 4);

    bool called = false;
    const auto call = [&]() -> Result<int> {
        called = true;
        return 3;
    };
    CHECK(Result<void>{refused}.and_then(call).error() == refused);
    CHECK_FALSE(called);
    CHECK(Result<void>{}.and_then(call).value() == 3);
    CHECK(called);
}

TEST_CASE("and_then hands a value on that only moves") {
    auto taken = Result<std::unique_ptr<int>>{std::make_unique<int>(5)}.and_then(
        [](std::unique_ptr<int> number) -> Result<int> { return *number; });
    CHECK(*taken == 5);
}

TEST_CASE("transform replaces the value and lets an error pass") {
    CHECK(Result<int>{2}.transform([](int number) { return std::to_string(number); }).value() ==
          "2");
    CHECK(Result<int>{refused}.transform([](int number) { return number; }).error() == refused);

    int sum = 0;
    const Result<void> nothing = Result<int>{2}.transform([&](int number) { sum += number; });
    CHECK(nothing.has_value());
    CHECK(sum == 2);
    CHECK(nothing.transform([] { return 7; }).value() == 7);
    CHECK(Result<void>{refused}.transform([] { return 7; }).error() == refused);

    const Result<std::string> fixed = "four";
    CHECK(fixed.transform([](const std::string& text) { return text.size(); }).value() == 4);
}

TEST_CASE("a change may return the value that it was given") {
    CHECK(Result<std::string>{std::string(100, 'x')}.transform(std::identity{}).value() ==
          std::string(100, 'x'));
    CHECK(Result<std::size_t>{7}.transform(std::identity{}).value() == 7);
    CHECK(Result<int>{7}.transform(std::identity{}).value() == 7);
}

TEST_CASE("a number converts where it is given") {
    const auto nothing = []() -> Result<std::size_t> { return 0; };
    CHECK(nothing().value() == 0);
    const auto half = []() -> Result<double> { return 0.5F; };
    CHECK(half().value() == 0.5);
}

TEST_CASE("the error of one Result is never the value of another") {
    const Result<bool> none{Result<int>{refused}};
    CHECK(none.error() == refused);
    const Result<bool> zero{Result<int>{0}};
    CHECK_FALSE(zero.value());
    const Result<long> seven{Result<int>{7}};
    CHECK(seven.value() == 7);
    const Result<int> small = 8;
    const Result<long> eight{small}; // a copy, from one that stays
    CHECK(eight.value() == 8);
    CHECK(small.value() == 8);
    const Result<int> failed = refused;
    CHECK(Result<bool>{failed}.error() == refused);
}

static_assert(is_rescued<int> && is_rescued<void> && !is_rescued<std::unique_ptr<int>>);

TEST_CASE("or_else rescues an error and lets a value pass") {
    const auto rescue = [](const Error& error) -> Result<int> {
        return error == refused ? Result<int>{0} : Result<int>{error};
    };
    CHECK(Result<int>{5}.or_else(rescue).value() == 5);
    CHECK(Result<int>{refused}.or_else(rescue).value() == 0);
    CHECK(Result<int>{broken}.or_else(rescue).error() == broken);
    const Result<int> fixed = refused;
    CHECK(fixed.or_else(rescue).value() == 0);
    CHECK(Result<void>{refused}.or_else([](Error) { return Result<void>{}; }).has_value());
    CHECK(*Result<std::unique_ptr<int>>{std::make_unique<int>(5)}
               .or_else([](Error) { return std::unique_ptr<int>{}; })
               .value() == 5);
}

TEST_CASE("an error can be richer, of a fixed size, and still be an Error") {
    const TwoErrors both{refused, broken};
    const auto fails = [&]() -> Result<std::string, TwoErrors> { return both; };
    CHECK(failure_of(fails()) == Errc::broken_pipe);
    CHECK(fails().error().first == refused);
    CHECK(fails().transform([](std::string text) { return text.size(); }).error().second == broken);
    CHECK(fails().value_or("other") == "other");
    CHECK(Result<void, TwoErrors>{}.has_value());
    CHECK_FALSE(Result<void, TwoErrors>{both}.has_value());
    CHECK(*Result<std::size_t, TwoErrors>{std::size_t{3}} == 3);

    const auto plainer = [&]() -> Result<int> { return fails().error(); };
    CHECK(plainer().error() == broken);
    const auto without_a_value = [&]() -> Result<void> { return fails().error(); };
    CHECK(without_a_value().error() == broken);
    try {
        fails().require();
        FAIL("a value where there is none");
    } catch (const Failure& failure) {
        CHECK(failure.error() == broken);
        CHECK(std::string_view{failure.what()} ==
              "connect: Connection refused (ECONNREFUSED); send: Broken pipe: the other end no "
              "longer reads (EPIPE), after 7 bytes");
    }
}

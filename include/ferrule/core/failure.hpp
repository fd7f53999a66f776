// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What happens when there is no value: a Failure is thrown, or the sentence is printed and the
/// program aborts.

#include <new> // IWYU pragma: keep; std::exception, the base of std::bad_alloc: less than <exception>
#include <string_view>
#include <type_traits>

#include "../sys/print.hpp"
#include "error.hpp"
#include "language.hpp"
#include "text.hpp"

namespace ferrule {

#if defined(__cpp_exceptions)

/// What `Result::value()` throws when there is no value. `what()` is the sentence of the error.
/// Visible beyond a library that is built with hidden names, so that it is caught by its name
/// there.
// NOLINTNEXTLINE(misc-include-cleaner): <new> has std::exception
class [[gnu::visibility("default")]] Failure : public std::exception {
public:
    Failure(Error error, std::string_view sentence) : error_{error}, sentence_{sentence} {}
    [[nodiscard]] const Error& error() const noexcept { return error_; }
    [[nodiscard]] const char* what() const noexcept override { return sentence_.c_str(); }

private:
    Error error_;
    Text<1023> sentence_;
};

#endif

/// What `value()` does without a value. It is part of the names of the functions that differ, so
/// that objects built with and without exceptions can be linked together.
enum class OnFailure { aborts, throws };

/// Of this file: whether it is compiled with exceptions.
#if defined(__cpp_exceptions)
inline constexpr OnFailure on_failure_here = OnFailure::throws;
#else
inline constexpr OnFailure on_failure_here = OnFailure::aborts;
#endif

namespace detail {

// Prints the sentence and aborts: the program has a fault.
[[noreturn, gnu::__cold__, gnu::__noinline__]] inline void
print_and_abort(std::string_view sentence) {
    sys::print_to_standard_error(sentence);
    __builtin_abort();
}

} // namespace detail

/// How an error is passed on: a small one by value, so that a Result that may fail can stay in
/// registers.
template <class E> using Passed = std::conditional_t<sizeof(E) <= 16, E, const E&>;

/// Throws the error, or prints its sentence and aborts.
template <OnFailure on_failure, class E>
[[noreturn, gnu::__cold__, gnu::__noinline__]] void fail(Passed<E> error) {
#if defined(__cpp_exceptions)
    if constexpr (on_failure == OnFailure::throws) {
        throw Failure{static_cast<Error>(error), error.text().view()};
    }
#endif
    auto sentence = error.text();
    detail::print_and_abort(sentence.append('\n').view());
}

/// What `error()` does with a value.
[[noreturn, gnu::__cold__, gnu::__noinline__]] inline void fail_without_an_error() {
    detail::print_and_abort("error() of a Result that holds a value\n");
}

} // namespace ferrule

// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A value or an error: what every operation that can fail returns. Throws only in `value()`, and
/// only when asked. A class of our own, because std::expected is not in C++20 and an alias that
/// switches with the language would break the one-definition rule.

#include <type_traits>
#include <utility>

#include "error.hpp"
#include "failure.hpp"
#include "impl/result_storage.hpp"

namespace ferrule {

template <class T, class E> class Result;

/// Whether a type is a Result. A Result is never converted into the value of another one:
/// `Result<bool>` would take its operator bool, and the error would be lost (LWG 3836).
template <class> inline constexpr bool is_result = false;
template <class T, class E> inline constexpr bool is_result<Result<T, E>> = true;

/// What can be the error of a Result: it reads as a sentence and converts to an Error.
template <class Candidate>
concept IsError = requires(const Candidate& error) {
    error.text();
    static_cast<Error>(error);
};

/// Whether a type is a number; a truth value is none.
template <class T>
inline constexpr bool is_number = std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;

/// As std::is_convertible_v, less work for the compiler.
template <class From, class To>
inline constexpr bool converts_to =
    requires(void (&take)(To), From&& from) { take(static_cast<From&&>(from)); };

/// A value of type `T`, or an error of type `E`. `E` is trivially copyable and has `text()`.
template <class T, class E = Error>
class [[nodiscard("a Result may hold an error: look at it, or call value()")]] Result {
    using Stored = std::conditional_t<std::is_void_v<T>, VoidValue, T>;

public:
    using value_type = T;
    using error_type = E;

    static_assert(__is_trivially_copyable(E));
    static_assert(!std::is_reference_v<T> && !std::is_array_v<T> && !std::is_const_v<T>,
                  "a Result holds a value, no reference, array or constant");
    static_assert(!std::is_same_v<std::remove_cv_t<T>, E>,
                  "a value of the error's type could not be told from an error");

    constexpr Result()
        requires std::is_void_v<T>
        : storage_{std::in_place} {}

    /// Of a number: converted where it is given, so that `return 0;` is a size, and a conversion
    /// that loses something is a warning there.
    constexpr Result(Stored number)
        requires is_number<T>
        : storage_{std::in_place, number} {}

    template <class U = Stored>
        requires(!is_number<T> && !std::is_same_v<std::remove_cvref_t<U>, Result> &&
                 !std::is_same_v<std::remove_cvref_t<U>, E> && !std::is_void_v<T> &&
                 !(std::is_same_v<T, bool> && is_result<std::remove_cvref_t<U>>) &&
                 __is_constructible(Stored, U))
    constexpr explicit(!converts_to<U, Stored>) Result(U&& value)
        : storage_{std::in_place, std::forward<U>(value)} {}

    constexpr Result(E error) : storage_{error} {}

    /// Of a richer error, such as a DialError: what of it an `E` can hold.
    template <class Richer>
        requires(IsError<Richer> && !std::is_same_v<Richer, E> && converts_to<const Richer&, E> &&
                 !__is_constructible(Stored, const Richer&))
    constexpr Result(const Richer& error) : storage_{static_cast<E>(error)} {}

    /// A Result whose value and error convert to these.
    template <class U, class F>
        requires(!std::is_same_v<Result<U, F>, Result> && !std::is_void_v<T> &&
                 !std::is_void_v<U> && converts_to<U, Stored> && converts_to<const F&, E> &&
                 (std::is_same_v<T, bool> || !__is_constructible(Stored, Result<U, F>)))
    constexpr Result(Result<U, F> other)
        : storage_{other.has_value() ? ResultStorage<Stored, E>{std::in_place, *std::move(other)}
                                     : ResultStorage<Stored, E>{static_cast<E>(other.error())}} {}

    [[nodiscard]] constexpr bool has_value() const { return storage_.has_value(); }

    /// Not for Result<bool>, where `if (result)` would be read as a question about the value.
    constexpr explicit operator bool() const
        requires(!std::is_same_v<T, bool>)
    {
        return has_value();
    }
    constexpr explicit operator bool() const // of a bool inside: has_value(), or what *result is
        requires std::is_same_v<T, bool>
    = delete;

    /// The value. Without one: prints the sentence of the error and aborts, in every build. After
    /// `if (result)` the compiler drops the check.
    constexpr decltype(auto) operator*() & {
        must_have_a_value();
        return storage_.value();
    }
    constexpr decltype(auto) operator*() const& {
        must_have_a_value();
        return storage_.value();
    }
    constexpr Stored operator*() && {
        must_have_a_value();
        return std::move(storage_.value());
    }
    constexpr auto* operator->() {
        must_have_a_value();
        return &storage_.value();
    }
    constexpr const auto* operator->() const {
        must_have_a_value();
        return &storage_.value();
    }

    /// The error. With a value: prints that there is none and aborts.
    [[nodiscard]] constexpr const E& error() const& {
        if (has_value()) [[unlikely]] {
            fail_without_an_error();
        }
        return storage_.error();
    }
    /// Of a temporary a copy, which may be kept.
    [[nodiscard]] constexpr E error() && { return static_cast<const Result&>(*this).error(); }

    /// The value. Without one: throws Failure, or prints the sentence and aborts where exceptions
    /// are switched off.
    template <OnFailure on_failure = on_failure_here> constexpr T value() && {
        require<on_failure>();
        if constexpr (!std::is_void_v<T>) {
            return std::move(storage_.value());
        }
    }

    template <OnFailure on_failure = on_failure_here> constexpr decltype(auto) value() const& {
        require<on_failure>();
        if constexpr (!std::is_void_v<T>) {
            return (storage_.value());
        }
    }

    template <OnFailure on_failure = on_failure_here> constexpr decltype(auto) value() & {
        require<on_failure>();
        if constexpr (!std::is_void_v<T>) {
            return (storage_.value());
        }
    }

    /// The same where the value itself is not needed: `listener.accept(stop).require()`.
    template <OnFailure on_failure = on_failure_here> constexpr void require() const {
        if (!has_value()) [[unlikely]] {
            fail<on_failure, E>(storage_.error());
        }
    }

    /// The value, or what `other` makes of one.
    template <class U = Stored>
        requires(!std::is_void_v<T>)
    [[nodiscard]] constexpr T value_or(U&& other) const& {
        return has_value() ? storage_.value() : static_cast<T>(std::forward<U>(other));
    }

    template <class U = Stored>
        requires(!std::is_void_v<T>)
    [[nodiscard]] constexpr T value_or(U&& other) && {
        return has_value() ? std::move(storage_.value()) : static_cast<T>(std::forward<U>(other));
    }

    /// The value goes on into `next`, which returns a Result of the same error type; an error goes
    /// past it.
    template <class Next> constexpr auto and_then(Next&& next) && {
        return followed(std::forward<Next>(next), std::move(*this));
    }

    template <class Next> constexpr auto and_then(Next&& next) const& {
        return followed(std::forward<Next>(next), *this);
    }

    /// The value is replaced by what `change` makes of it; an error goes past it.
    template <class Change> constexpr auto transform(Change&& change) && {
        return transformed(std::forward<Change>(change), std::move(*this));
    }

    template <class Change> constexpr auto transform(Change&& change) const& {
        return transformed(std::forward<Change>(change), *this);
    }

    /// An error goes into `rescue`, which returns a Result of the same value type; a value goes
    /// past it.
    template <class Rescue> constexpr Result or_else(Rescue&& rescue) && {
        return has_value() ? std::move(*this) : Result{std::forward<Rescue>(rescue)(error())};
    }

    template <class Rescue>
        requires std::is_copy_constructible_v<ResultStorage<Stored, E>>
    constexpr Result or_else(Rescue&& rescue) const& {
        return has_value() ? *this : Result{std::forward<Rescue>(rescue)(error())};
    }

private:
    constexpr void must_have_a_value() const {
        if (!has_value()) [[unlikely]] {
            fail<OnFailure::aborts, E>(storage_.error());
        }
    }

    // Of a Result that has a value.
    template <class F, class Self> static constexpr decltype(auto) call(F&& f, Self&& self) {
        if constexpr (std::is_void_v<T>) {
            return std::forward<F>(f)();
        } else if constexpr (std::is_lvalue_reference_v<Self>) {
            return std::forward<F>(f)(self.storage_.value());
        } else {
            // A reference to the value inside, which `f` may return.
            return std::forward<F>(f)(std::move(self.storage_.value()));
        }
    }

    template <class Next, class Self> static constexpr auto followed(Next&& next, Self&& self) {
        using After =
            std::remove_cvref_t<decltype(call(std::forward<Next>(next), std::forward<Self>(self)))>;
        static_assert(is_result<After>, "and_then goes on with what returns a Result; transform "
                                        "takes any other function");
        return self.has_value() ? call(std::forward<Next>(next), std::forward<Self>(self))
                                : After{self.storage_.error()};
    }

    template <class Change, class Self>
    static constexpr auto transformed(Change&& change, Self&& self) {
        using U = std::remove_cvref_t<decltype(call(std::forward<Change>(change),
                                                    std::forward<Self>(self)))>;
        if (!self.has_value()) {
            return Result<U, E>{self.error()};
        }
        if constexpr (std::is_void_v<U>) {
            call(std::forward<Change>(change), std::forward<Self>(self));
            return Result<U, E>{};
        } else {
            return Result<U, E>{call(std::forward<Change>(change), std::forward<Self>(self))};
        }
    }

    ResultStorage<Stored, E> storage_;
};

} // namespace ferrule

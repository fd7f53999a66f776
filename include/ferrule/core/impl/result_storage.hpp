// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Where the value or the error of a Result lies.

#include <cstddef>
#include <new> // IWYU pragma: export
#include <utility>

#include "../errc.hpp"
#include "../error.hpp"
#include "../operation.hpp"

namespace ferrule {

/// What `value()` of a Result<void> stands for inside.
struct VoidValue {};

/// Where the value or the error lies. Three ways to store: trivially copyable types in a plain
/// union, std::size_t and VoidValue packed into the Error itself (so that they return in
/// registers), types with a destructor moved only. Here and in Result the compiler's own traits are
/// used: those of <type_traits> in libstdc++ instantiate further templates for each type of value,
/// which is many times the work.
template <class Value, class E, bool trivial = __is_trivially_copyable(Value)> class ResultStorage {
public:
    template <class... Arguments>
    constexpr explicit ResultStorage(std::in_place_t, Arguments&&... arguments)
        : value_(std::forward<Arguments>(arguments)...), has_value_{true} {}
    constexpr explicit ResultStorage(E error) : error_{error}, has_value_{false} {}

    constexpr bool has_value() const { return has_value_; }
    constexpr Value& value() { return value_; }
    constexpr const Value& value() const { return value_; }
    constexpr const E& error() const { return error_; }

private:
    union {
        Value value_;
        E error_;
    };
    bool has_value_;
};

template <class Value, class E> class ResultStorage<Value, E, false> {
public:
    template <class... Arguments>
    constexpr explicit ResultStorage(std::in_place_t, Arguments&&... arguments)
        : value_(std::forward<Arguments>(arguments)...), has_value_{true} {}
    constexpr explicit ResultStorage(E error) : error_{error}, has_value_{false} {}

    constexpr ResultStorage(ResultStorage&& other) noexcept { take(std::move(other)); }
    constexpr ResultStorage& operator=(ResultStorage&& other) noexcept {
        static_assert(__is_nothrow_constructible(Value, Value&&),
                      "a move that throws would leave the Result without value and error");
        if (this != &other) {
            destroy();
            take(std::move(other));
        }
        return *this;
    }
    constexpr ~ResultStorage() { destroy(); }

    constexpr bool has_value() const { return has_value_; }
    constexpr Value& value() { return value_; }
    constexpr const Value& value() const { return value_; }
    constexpr const E& error() const { return error_; }

private:
    constexpr void take(ResultStorage&& other) {
        has_value_ = other.has_value_;
        if (has_value_) {
            ::new (static_cast<void*>(&value_)) Value(std::move(other.value_));
        } else {
            error_ = other.error_;
        }
    }
    constexpr void destroy() {
        if (has_value_) {
            value_.~Value();
        }
    }

    union {
        Value value_;
        E error_;
    };
    bool has_value_;
};

template <> class ResultStorage<VoidValue, Error, true> {
public:
    constexpr explicit ResultStorage(std::in_place_t, VoidValue = {})
        : error_{Errc::none, Operation::none} {}
    constexpr explicit ResultStorage(Error error) : error_{error} {}

    constexpr bool has_value() const { return error_.code() == Errc::none; }
    constexpr VoidValue value() const { return {}; }
    constexpr const Error& error() const { return error_; }

private:
    Error error_;
};

template <> class ResultStorage<std::size_t, Error, true> {
public:
    constexpr explicit ResultStorage(std::in_place_t, std::size_t value = 0)
        : error_{Errc::none, Operation::none, value} {}
    constexpr explicit ResultStorage(Error error) : error_{error} {}

    constexpr bool has_value() const { return error_.code() == Errc::none; }
    constexpr std::size_t& value() { return error_.count_; }
    constexpr const std::size_t& value() const { return error_.count_; }
    constexpr const Error& error() const { return error_; }

private:
    Error error_;
};

} // namespace ferrule

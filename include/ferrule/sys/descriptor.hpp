// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The owner of one file descriptor: moved, never copied, closed exactly once.

#include <cerrno>
#include <unistd.h>
#include <utility>

#include "../core/error.hpp"
#include "../core/result.hpp"

namespace ferrule {

/// Owns one descriptor, or none (-1).
class Descriptor {
public:
    constexpr Descriptor() = default;
    constexpr explicit Descriptor(int number) : number_{number} {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    constexpr Descriptor(Descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
    constexpr Descriptor& operator=(Descriptor&& other) noexcept {
        Descriptor{std::move(other)}.swap(*this);
        return *this;
    }
    constexpr ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_); // there is no way to report an error
        }
    }

    /// The number, borrowed: valid as long as this object owns it.
    [[nodiscard]] constexpr int number() const { return number_; }
    [[nodiscard]] constexpr bool is_open() const { return number_ >= 0; }

    /// Gives the number away: the caller closes it.
    [[nodiscard]] constexpr int release() { return std::exchange(number_, -1); }

    constexpr void swap(Descriptor& other) noexcept { std::swap(number_, other.number_); }

    /// close(2), once: the descriptor is gone whatever the answer, so that no stranger's is closed
    /// by a second try. EINTR and EINPROGRESS mean that it was closed.
    Result<void> close() {
        const int number = release();
        if (number < 0) {
            return Error{Errc::not_open, Operation::close};
        }
        if (::close(number) != 0 && errno != EINTR && errno != EINPROGRESS) {
            return Error::from_errno(Operation::close);
        }
        return {};
    }

private:
    int number_ = -1;
};

} // namespace ferrule

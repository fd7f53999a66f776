// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Why a host could not be reached.

#include <cstddef>
#include <span>

#include "../core/description.hpp"
#include "../core/errc.hpp"
#include "../core/error.hpp"
#include "../core/operation.hpp"
#include "../core/text.hpp"
#include "../endpoint/any.hpp"
#include "../tag/family.hpp"

namespace ferrule {

/// Why a host could not be reached: a cause, and every endpoint that was tried with its cause. The
/// cause is that of the first endpoint, unless the deadline, the stop or the lookup ended the dial.
class DialError : public RicherError {
public:
    /// One endpoint that was tried, and its cause of failure.
    struct Attempt {
        Endpoint<Any> endpoint;
        Errc cause = Errc::none;
    };

    /// At most so many attempts are kept; further ones are only counted.
    static constexpr std::size_t capacity = 24;

    constexpr DialError(Error cause) : RicherError{cause} {}

    [[nodiscard]] constexpr std::span<const Attempt> attempts() const { return {attempts_, kept_}; }
    /// How many endpoints were tried in all.
    [[nodiscard]] constexpr std::size_t tried() const { return tried_; }

    /// `dial: Connection refused (ECONNREFUSED): [::1]:80 ECONNREFUSED, 127.0.0.1:80 ECONNREFUSED`
    [[nodiscard]] constexpr Text<2047> text() const {
        Text<2047> sentence{cause_.text()};
        for (std::size_t at = 0; at < kept_; ++at) {
            sentence.append(at == 0 ? ": " : ", ")
                .append(attempts_[at].endpoint.text())
                .append(' ');
            sentence.append(describe(attempts_[at].cause).name);
        }
        if (tried_ > kept_) {
            sentence.append(" and ").append_number(tried_ - kept_).append(" more");
        }
        return sentence;
    }

    constexpr void add(const Endpoint<Any>& endpoint, Errc cause) {
        if (kept_ < capacity) {
            attempts_[kept_++] = {endpoint, cause};
        }
        ++tried_;
    }

    constexpr void set_cause(Errc cause) { cause_ = {cause, Operation::dial}; }

private:
    Attempt attempts_[capacity]{};
    std::size_t kept_ = 0;
    std::size_t tried_ = 0;
};

} // namespace ferrule

// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// std::error_code of an Error, for code that uses <system_error>. Opt-in, because <system_error>
/// includes std::string.

#include <string>
#include <system_error>
#include <type_traits>

#include "../core/description.hpp"
#include "../core/errc.hpp"
#include "../core/error.hpp"

namespace ferrule {

/// The category of ferrule's own causes, which are no errno: `deadline_exceeded`, `stopped`,
/// `end_of_stream`. `end_of_stream` compares equal to no std::errc; `deadline_exceeded` to
/// std::errc::timed_out, `stopped` to operation_canceled, `message_truncated` to message_size, and
/// `not_open` to bad_file_descriptor.
class ErrorCategory final : public std::error_category {
public:
    [[nodiscard]] const char* name() const noexcept override { return "ferrule"; }

    [[nodiscard]] std::string message(int code) const override {
        return std::string{describe(static_cast<Errc>(code)).meaning};
    }

    [[nodiscard]] std::error_condition default_error_condition(int code) const noexcept override {
        switch (static_cast<Errc>(code)) {
        case Errc::deadline_exceeded:
            return std::errc::timed_out;
        case Errc::stopped:
            return std::errc::operation_canceled;
        case Errc::message_truncated:
            return std::errc::message_size;
        case Errc::not_open:
            return std::errc::bad_file_descriptor;
        default:
            return {code, *this};
        }
    }
};

/// The one object of it.
[[nodiscard]] inline const std::error_category& error_category() {
    static const ErrorCategory category;
    return category;
}

/// Makes `std::error_code code = Errc::connection_refused` work. Causes of the kernel are in
/// std::system_category(), so that they compare equal to std::errc.
[[nodiscard]] inline std::error_code make_error_code(Errc code) {
    const int number = static_cast<int>(code);
    return {number, code < Errc::end_of_stream ? std::system_category() : error_category()};
}

/// The cause of an error: `throw std::system_error{error_code(error), ...}`. The operation and the
/// count are lost.
[[nodiscard]] inline std::error_code error_code(const Error& error) {
    return make_error_code(error.code());
}

/// Whether the cause is this one of the standard's.
[[nodiscard]] inline bool operator==(const Error& error, std::errc cause) {
    return error_code(error) == cause;
}

} // namespace ferrule

template <> struct std::is_error_code_enum<ferrule::Errc> : std::true_type {};

// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Text of bounded length that lives in the object: what every `text()` of ferrule returns. No
/// allocation, usable while compiling.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "language.hpp"

namespace ferrule {

/// A std::string, whatever its allocator, without its header.
template <class Candidate>
concept OwnsCharacters = requires {
    typename Candidate::traits_type;
    typename Candidate::allocator_type;
    requires std::same_as<typename Candidate::value_type, char>;
};

/// Up to `Capacity` characters and a final NUL. What does not fit is left out. Converts to a
/// std::string_view, which it must outlive, and to a std::string.
template <std::size_t Capacity> class Text {
public:
    static constexpr std::size_t capacity = Capacity;

    constexpr Text() = default;
    constexpr explicit Text(std::string_view characters) { append(characters); }

    /// The text of anything that has `constexpr char* print(char* at) const`, which writes at most
    /// `Capacity` characters and returns the place after them.
    template <class Printable> [[nodiscard]] static constexpr Text printed(const Printable& value) {
        Text text;
        text.size_ = static_cast<std::size_t>(value.print(text.characters_) - text.characters_);
        return text;
    }

    [[nodiscard]] constexpr std::string_view view() const [[clang::lifetimebound]] {
        return {characters_, size_};
    }
    constexpr operator std::string_view() const [[clang::lifetimebound]] { return view(); }
    template <OwnsCharacters String> constexpr operator String() const {
        return String(characters_, size_);
    }
    [[nodiscard]] constexpr const char* c_str() const [[clang::lifetimebound]] {
        return characters_;
    }
    [[nodiscard]] constexpr const char* data() const [[clang::lifetimebound]] {
        return characters_;
    }
    [[nodiscard]] constexpr std::size_t size() const { return size_; }
    [[nodiscard]] constexpr bool empty() const { return size_ == 0; }

    // These are no part of their callers, which are sentences made of many parts.

    [[gnu::__noinline__]] constexpr Text& append(std::string_view characters) {
        for (const char character : characters) {
            if (size_ < Capacity) {
                characters_[size_++] = character;
            }
        }
        return *this;
    }
    constexpr Text& append(char character) { return append(std::string_view{&character, 1}); }

    /// In decimal.
    [[gnu::__noinline__]] constexpr Text& append_number(std::uint64_t number) {
        char digits[20]{};
        std::size_t first = sizeof digits;
        do {
            digits[--first] = static_cast<char>('0' + number % 10);
            number /= 10;
        } while (number != 0);
        return append(std::string_view{digits + first, sizeof digits - first});
    }

    friend constexpr bool operator==(const Text& one, std::string_view other) {
        return one.view() == other;
    }
    friend constexpr bool operator==(const Text& one, const Text& other) {
        return one.view() == other.view();
    }

private:
    char characters_[Capacity + 1]{};
    std::size_t size_ = 0;
};

/// Printed as what its `text()` says; for the bridges to fmt, std::format and std::ostream.
template <class Candidate>
concept Textual = requires(const Candidate& candidate) {
    { candidate.text().view() } -> std::same_as<std::string_view>;
};

namespace detail {

// Return types of the operators that a stream would need: their names are the messages.
struct include_ferrule_bridge_ostream_hpp_to_print_this {};
struct print_its_peer_endpoint_or_local_endpoint {};

template <class Candidate>
concept OutputStream = requires(Candidate& candidate) {
    candidate.rdbuf();
    candidate.flush();
};

} // namespace detail

/// Declared by ferrule/bridge/ostream.hpp, for what <ostream> costs.
template <detail::OutputStream Stream, Textual Printed>
detail::include_ferrule_bridge_ostream_hpp_to_print_this operator<<(Stream&,
                                                                    const Printed&) = delete;

} // namespace ferrule

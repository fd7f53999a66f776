// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A machine and a port of vsock(7): the kernel's sockaddr_vm, written `2:1234`.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "../address/base.hpp"
#include "../address/impl/literal.hpp"
#include "../address/parser.hpp"
#include "../address/printer.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../core/text.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "../tag/vsock.hpp"
#include "base.hpp"

namespace ferrule {

/// `cid:port`, two numbers of 32 bits. The cid says which machine: 2 is the host, 1 this machine
/// itself.
template <> class Endpoint<Vsock> {
public:
    static constexpr std::uint32_t any_cid = UINT32_MAX;  ///< Every cid of this machine.
    static constexpr std::uint32_t any_port = UINT32_MAX; ///< bind(2) chooses a free one.
    static constexpr std::uint32_t host_cid = 2;
    static constexpr std::uint32_t local_cid = 1;

    /// Every cid, a free port.
    constexpr Endpoint() = default;
    constexpr Endpoint(std::uint32_t cid, std::uint32_t port) {
        native_.cid = cid;
        native_.port = port;
    }
    /// Checked by the compiler: `Endpoint<Vsock> endpoint = "2:1234";`
    template <std::size_t Size>
    consteval Endpoint(const char (&literal)[Size]) : Endpoint{from_literal<Endpoint>(literal)} {}
    template <detail::TextOfRunTime Text, class Write = detail::endpoint_parse_of_the_text>
    Endpoint(const Text&) = delete;

    [[nodiscard]] static constexpr Endpoint any(std::uint32_t port = any_port) {
        return {any_cid, port};
    }
    [[nodiscard]] static constexpr Endpoint loopback(std::uint32_t port = any_port) {
        return {local_cid, port};
    }

    [[nodiscard]] static constexpr Result<Endpoint> parse(std::string_view text) {
        return parse_whole<Endpoint>(text);
    }

    [[nodiscard]] constexpr std::uint32_t cid() const { return native_.cid; }
    [[nodiscard]] constexpr std::uint32_t port() const { return native_.port; }
    [[nodiscard]] static constexpr int domain() { return sys::af_vsock; }

    /// The same as a part of a larger text; parser.hpp.
    constexpr bool read(Parser& parser) {
        return parser.decimal(native_.cid, UINT32_MAX, Errc::value_out_of_range) &&
               parser.expect(':', Errc::missing_port) &&
               parser.decimal(native_.port, UINT32_MAX, Errc::value_out_of_range);
    }
    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const {
        at = print_decimal(at, native_.cid);
        *at++ = ':';
        return print_decimal(at, native_.port);
    }
    [[nodiscard]] constexpr Text<21> text() const { return Text<21>::printed(*this); }

    [[nodiscard]] constexpr std::uint64_t hash() const {
        return hash_with(native_.cid, native_.port);
    }
    friend constexpr bool operator==(const Endpoint& one, const Endpoint& other) {
        return one.cid() == other.cid() && one.port() == other.port();
    }
    /// By cid, then by port.
    friend constexpr std::strong_ordering operator<=>(const Endpoint& one, const Endpoint& other) {
        const auto cids = one.cid() <=> other.cid();
        return std::is_neq(cids) ? cids : one.port() <=> other.port();
    }

    static constexpr socklen_t native_capacity = 16;
    [[nodiscard]] const sockaddr* native() const {
        return reinterpret_cast<const sockaddr*>(&native_);
    }
    [[nodiscard]] static constexpr socklen_t native_size() { return native_capacity; }
    [[nodiscard]] sockaddr* native_buffer() { return reinterpret_cast<sockaddr*>(&native_); }
    /// Takes in what the kernel wrote. Anything but an endpoint of this family becomes any().
    void native_resize(socklen_t size) {
        if (size < native_capacity || int{native_.family} != sys::af_vsock) {
            *this = Endpoint{};
        }
    }

private:
    struct Native { // struct sockaddr_vm of linux/vm_sockets.h
        std::uint16_t family = static_cast<std::uint16_t>(sys::af_vsock);
        std::uint16_t reserved = 0;
        std::uint32_t port = any_port;
        std::uint32_t cid = any_cid;
        std::uint8_t flags = 0;
        std::uint8_t zero[3]{};
    };
    static_assert(sizeof(Native) == native_capacity);

    Native native_{};
};

} // namespace ferrule

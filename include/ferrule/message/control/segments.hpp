// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// UDP_SEGMENT, UDP_GRO (udp(7)): many datagrams in one call.

#include <cstddef>
#include <cstdint>

#include "../../core/error.hpp"
#include "../../core/one_of.hpp"
#include "../../core/result.hpp"
#include "../../opt/rules.hpp"
#include "../../opt/setting.hpp"
#include "../../opt/udp.hpp"
#include "../../sys/control.hpp"
#include "../../sys/numbers.hpp"
#include "../../tag/protocol.hpp"
#include "rules.hpp"

namespace ferrule::control {

/// UDP_SEGMENT: what is sent goes out as datagrams of this size, the last one perhaps shorter. At
/// most 64 of them (128 on newer kernels), and 65,507 bytes together; segments.hpp sees to that.
struct SegmentSize : Anywhere {
    using families = opt::EitherIp;
    using protocols = OneOf<Udp>;
    static constexpr bool on_this_system = sys::udp_segment != sys::absent;
    static constexpr bool can_be_sent = true;
    static constexpr std::size_t room = sys::control_space(sizeof(std::uint16_t));

    constexpr explicit SegmentSize(std::size_t bytes) : value{bytes} {}

    /// 1 to 65535; else `value_out_of_range`.
    template <class Buffer> [[nodiscard]] Result<void> write(Buffer& to, opt::Target) const {
        if (value == 0 || value > UINT16_MAX) {
            return Error{Errc::value_out_of_range, Operation::send};
        }
        to.add(sys::ipproto_udp, sys::udp_segment, static_cast<std::uint16_t>(value));
        return {};
    }

    std::size_t value;
};

/// UDP_GRO: what was received are several datagrams of this size, the last one perhaps shorter,
/// which the kernel has put together (opt::Coalescing). The kernel leaves it out of a datagram that
/// came alone.
struct CoalescedSize : Anywhere {
    using families = opt::EitherIp;
    using protocols = OneOf<Udp>;
    using option = opt::Coalescing;
    static constexpr bool can_be_received = true;
    static constexpr std::size_t room = sys::control_space(sizeof(int));

    [[nodiscard]] bool read(const sys::ControlMessage& message) {
        int size = 0;
        if (!message.is(sys::ipproto_udp, sys::udp_gro) || !message.read(size) || size <= 0) {
            return false;
        }
        value = static_cast<std::size_t>(size);
        return true;
    }

    std::size_t value = 0;
};

} // namespace ferrule::control

// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The priority of a message, and how many were dropped before it.

#include <cstddef>
#include <cstdint>

#include "../../core/result.hpp"
#include "../../opt/message.hpp"
#include "../../opt/rules.hpp"
#include "../../opt/setting.hpp"
#include "../../sys/control.hpp"
#include "../../sys/numbers.hpp"
#include "rules.hpp"

namespace ferrule::control {

/// SO_PRIORITY of one message (socket(7)). It comes with opt::ReceivePriority. To send more than 6
/// takes CAP_NET_ADMIN (`operation_not_permitted`); sent since Linux 6.14.
struct Priority : Anywhere {
    using families = opt::EitherIp;
    using types = opt::DatagramOrRaw;
    using option = opt::ReceivePriority;
    static constexpr bool can_be_sent = true;
    static constexpr bool can_be_received = true;
    static constexpr std::size_t room = sys::control_space(sizeof(std::uint32_t));

    constexpr Priority() = default;
    constexpr explicit Priority(std::uint32_t priority) : value{priority} {}

    template <class Buffer> [[nodiscard]] Result<void> write(Buffer& to, opt::Target) const {
        to.add(sys::sol_socket, sys::scm_priority, value);
        return {};
    }
    [[nodiscard]] bool read(const sys::ControlMessage& message) {
        return message.is(sys::sol_socket, sys::scm_priority) && message.read(value);
    }

    std::uint32_t value = 0;
};

/// SO_RXQ_OVFL: how many messages this socket has dropped since it was opened, as the count was
/// when this one came; it wraps at 32 bits. The kernel leaves it out while none was dropped.
struct Dropped : Anywhere {
    using families = opt::EitherIp;
    using types = opt::DatagramOrRaw;
    using option = opt::ReceiveDropped;
    static constexpr bool can_be_received = true;
    static constexpr std::size_t room = sys::control_space(sizeof(std::uint32_t));

    [[nodiscard]] bool read(const sys::ControlMessage& message) {
        return message.is(sys::sol_socket, sys::so_rxq_ovfl) && message.read(value);
    }

    std::uint32_t value = 0;
};

} // namespace ferrule::control

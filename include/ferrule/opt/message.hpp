// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Options that control messages of datagrams ask for (message/control.hpp), of every protocol.
/// Those of IP, UDP and Unix sockets are in ip.hpp, udp.hpp and unix.hpp.

#include <cstdint>

#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../sys/numbers.hpp"
#include "encoding.hpp"
#include "rules.hpp"
#include "setting.hpp"
#include "socket.hpp" // IWYU pragma: export

namespace ferrule::opt {

/// SO_RXQ_OVFL: with each message, how many were dropped before it for want of room.
struct ReceiveDropped : Setting<Switch, Kernel<sys::sol_socket, sys::so_rxq_ovfl, "SO_RXQ_OVFL">> {
    using Setting::Setting;
    using families = EitherIp;
    using types = DatagramOrRaw;
};

/// SO_RCVPRIORITY: with each message, its priority (SO_PRIORITY). Since Linux 6.14.
struct ReceivePriority
    : Setting<Switch, Kernel<sys::sol_socket, sys::so_rcvpriority, "SO_RCVPRIORITY">> {
    using Setting::Setting;
    using families = EitherIp;
    using types = DatagramOrRaw;
};

/// SO_TXTIME: a message may say when it is to go out (control/time.hpp), by CLOCK_MONOTONIC or
/// CLOCK_TAI. Queues of the kind fq (CLOCK_MONOTONIC) and etf (CLOCK_TAI) keep to it, the others do
/// not: tc-etf(8).
struct TransmitTimes : Everywhere {
    using families = EitherIp;
    using types = DatagramOrRaw;
    using kernel = Kernel<sys::sol_socket, sys::so_txtime, "SO_TXTIME">;
    using kernels = OneOf<kernel>;
    enum class Clock : std::int32_t { monotonic = 1, tai = 11 };
    using value_type = Clock;

    constexpr explicit TransmitTimes(Clock clock) : value{clock} {}

    [[nodiscard]] Result<void> set(Target target) const {
        return kernel::set(target.descriptor, Kept{static_cast<std::int32_t>(value), 0});
    }
    [[nodiscard]] static Result<Clock> get(Target target) {
        return kernel::get<Kept>(target.descriptor).transform([](const Kept& kept) {
            return static_cast<Clock>(kept.clock);
        });
    }

    Clock value;

private:
    struct Kept { // struct sock_txtime of linux/net_tstamp.h
        std::int32_t clock;
        std::uint32_t flags;
    };
};

} // namespace ferrule::opt

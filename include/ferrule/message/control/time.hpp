// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// When a message came in, and when one is to go out.

#include <cstddef>
#include <cstdint>

#include "../../core/duration.hpp"
#include "../../core/one_of.hpp"
#include "../../core/result.hpp"
#include "../../opt/message.hpp"
#include "../../opt/rules.hpp"
#include "../../opt/setting.hpp"
#include "../../opt/socket.hpp"
#include "../../sys/control.hpp"
#include "../../sys/numbers.hpp"
#include "../../tag/type.hpp"
#include "rules.hpp"

namespace ferrule::control {

namespace detail {

// A time of the kernel, seconds and nanoseconds of so many bits (struct timespec).
[[nodiscard]] inline bool read_time(const sys::ControlMessage& message, Nanoseconds& time) {
    constexpr std::int64_t most = INT64_MAX / 1'000'000'000 - 1; // until 2262
    long native[2];
    if (!message.read(native)) {
        return false;
    }
    const std::int64_t seconds{native[0]};
    const std::int64_t nanoseconds{native[1]};
    if (seconds < 0 || seconds > most || nanoseconds < 0 || nanoseconds >= 1'000'000'000) {
        return false;
    }
    time = Nanoseconds{seconds * 1'000'000'000 + nanoseconds};
    return true;
}

} // namespace detail

/// SCM_TIMESTAMPNS: when the message came in, by this host's clock (CLOCK_REALTIME), since 1970.
struct Timestamp : Anywhere {
    using types = OneOf<Datagram, SeqPacket, Raw>;
    using option = opt::ReceiveTimestamps;
    static constexpr bool can_be_received = true;
    static constexpr std::size_t room = sys::control_space(2 * sizeof(std::int64_t));

    [[nodiscard]] bool read(const sys::ControlMessage& message) {
        return message.is(sys::sol_socket, sys::scm_timestampns) &&
               detail::read_time(message, since_1970);
    }

    Nanoseconds since_1970{0};
};

/// SCM_TXTIME: when the message is to go out, by the clock of opt::TransmitTimes, which has to be
/// set (otherwise `invalid_argument`). A queue of the interface that knows nothing of it sends at
/// once.
struct TransmitTime : Anywhere {
    using families = opt::EitherIp;
    using types = opt::DatagramOrRaw;
    static constexpr bool on_this_system = opt::TransmitTimes::kernel::number != sys::absent;
    static constexpr bool can_be_sent = true;
    static constexpr std::size_t room = sys::control_space(sizeof(std::int64_t));

    constexpr explicit TransmitTime(Nanoseconds at) : on_the_clock{at} {}

    template <class Buffer> [[nodiscard]] Result<void> write(Buffer& to, opt::Target) const {
        to.add(sys::sol_socket, sys::scm_txtime, std::int64_t{on_the_clock.count()});
        return {};
    }

    Nanoseconds on_the_clock;
};

} // namespace ferrule::control

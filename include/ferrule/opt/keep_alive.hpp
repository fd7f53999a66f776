// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Options by which a connection learns that its peer is gone.

#include <cstdint>

#include "../core/duration.hpp"
#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../sys/numbers.hpp"
#include "../tag/protocol.hpp"
#include "encoding.hpp"
#include "rules.hpp"
#include "setting.hpp"
#include "socket.hpp"

namespace ferrule::opt {

/// TCP_KEEPIDLE: how long a peer may be silent before KeepAlive asks. 1 to 32767 s.
struct KeepAliveIdle : Setting<Time<Seconds, 1, 32767>,
                               Kernel<sys::ipproto_tcp, sys::tcp_keepidle, "TCP_KEEPIDLE">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
};

/// TCP_KEEPINTVL: how long KeepAlive waits for an answer before it asks again. 1 to 32767 s.
struct KeepAliveInterval : Setting<Time<Seconds, 1, 32767>,
                                   Kernel<sys::ipproto_tcp, sys::tcp_keepintvl, "TCP_KEEPINTVL">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
};

/// TCP_KEEPCNT: how often KeepAlive asks before the connection is `connection_timed_out`. 1 to 127.
struct KeepAliveCount
    : Setting<Number<1, 127>, Kernel<sys::ipproto_tcp, sys::tcp_keepcnt, "TCP_KEEPCNT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
};

/// KeepAlive and when it asks, all in one: four options of the kernel.
struct KeepAliveProbes : Everywhere {
    using families = EitherIp;
    using protocols = EitherTcp;
    /// What is set and read at once.
    struct Probes {
        Seconds idle;
        Seconds interval;
        int count = 0; ///< 0: KeepAlive is off.
        friend constexpr bool operator==(const Probes&, const Probes&) = default;
    };
    using value_type = Probes;
    using kernels = OneOf<Kernel<sys::ipproto_tcp, sys::tcp_keepidle, "TCP_KEEPIDLE">,
                          Kernel<sys::ipproto_tcp, sys::tcp_keepintvl, "TCP_KEEPINTVL">,
                          Kernel<sys::ipproto_tcp, sys::tcp_keepcnt, "TCP_KEEPCNT">,
                          Kernel<sys::sol_socket, sys::so_keepalive, "SO_KEEPALIVE">>;

    /// After `idle` of silence, `count` questions `interval` apart.
    constexpr KeepAliveProbes(Checked<KeepAliveIdle::encoding> idle,
                              Checked<KeepAliveInterval::encoding> interval,
                              Checked<KeepAliveCount::encoding> count)
        : idle_{idle}, interval_{interval}, count_{count} {}

    [[nodiscard]] Result<void> set(Target target) const {
        auto done = idle_.set(target);
        if (done) {
            done = interval_.set(target);
        }
        if (done) {
            done = count_.set(target);
        }
        return done ? KeepAlive{true}.set(target) : done;
    }
    [[nodiscard]] static Result<Probes> get(Target target) {
        const auto idle = KeepAliveIdle::get(target);
        if (!idle) {
            return idle.error();
        }
        const auto interval = KeepAliveInterval::get(target);
        if (!interval) {
            return interval.error();
        }
        const auto count = KeepAliveCount::get(target);
        if (!count) {
            return count.error();
        }
        const auto on = KeepAlive::get(target);
        if (!on.has_value()) {
            return on.error();
        }
        return Probes{*idle, *interval, *on ? *count : 0};
    }

private:
    KeepAliveIdle idle_;
    KeepAliveInterval interval_;
    KeepAliveCount count_;
};

/// TCP_USER_TIMEOUT: how long what was sent may stay unacknowledged before the connection is
/// `connection_timed_out` (RFC 5482). Milliseconds; 0 is the system's own, some 15 minutes.
struct UserTimeout : Setting<Time<Milliseconds, 0>,
                             Kernel<sys::ipproto_tcp, sys::tcp_user_timeout, "TCP_USER_TIMEOUT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
};

/// A time within which something is to happen: whole seconds, rounded down, at least 4.
struct PromisedSeconds {
    static constexpr std::int64_t lowest = 4;
    static constexpr std::int64_t highest = 32767;
    using value_type = Seconds;
    template <Duration Given> static constexpr Fitted<Seconds> fit(const Given& given) {
        const std::int64_t up = count_in<1, 1>(given);
        const std::int64_t whole = Seconds{up} == given ? up : up - 1;
        return {Seconds{whole}, whole >= lowest && whole <= highest};
    }
};

/// A peer that does not answer, or does not read what is sent to it, for this time, at least 4 s,
/// is taken for dead, whether something is on the way to it or not: KeepAliveProbes and
/// UserTimeout, five options of the kernel. The connection is `connection_timed_out` then. That a
/// peer which only keeps its window closed, and answers every probe, counts as dead is the kernel's
/// rule (tcp(7), TCP_USER_TIMEOUT; RFC 5482): where peers may pause so long, use KeepAliveProbes
/// alone.
struct DeadPeerWithin : Everywhere {
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
    using get_in = NoState;
    using value_type = Seconds;
    using encoding = PromisedSeconds;
    using kernels = OneOf<Kernel<sys::ipproto_tcp, sys::tcp_keepidle, "TCP_KEEPIDLE">,
                          Kernel<sys::ipproto_tcp, sys::tcp_keepintvl, "TCP_KEEPINTVL">,
                          Kernel<sys::ipproto_tcp, sys::tcp_keepcnt, "TCP_KEEPCNT">,
                          Kernel<sys::sol_socket, sys::so_keepalive, "SO_KEEPALIVE">,
                          Kernel<sys::ipproto_tcp, sys::tcp_user_timeout, "TCP_USER_TIMEOUT">>;

    constexpr explicit DeadPeerWithin(Checked<PromisedSeconds> given)
        : value{given.value}, fits{given.fits} {}

    [[nodiscard]] Result<void> set(Target target) const {
        if (!fits) {
            return Error::of_option(Errc::value_out_of_range, Operation::set_option,
                                    "TCP_USER_TIMEOUT");
        }
        // The kernel looks at the user timeout when it asks: after idle, then after each interval.
        // The second question unanswered is the end, at most three quarters of the time from now.
        const std::int64_t idle = value.count() / 4;
        const std::int64_t interval = (value.count() - idle) / 3;
        const Milliseconds end{(idle + 2 * interval) * 1000 - interval * 500};
        const KeepAliveProbes probes{at_run_time(Seconds{idle}), at_run_time(Seconds{interval}), 2};
        const auto done = probes.set(target);
        return done ? UserTimeout{at_run_time(end)}.set(target) : done;
    }

    Seconds value; ///< Rounded down: it is a promise.
    bool fits;
};

} // namespace ferrule::opt

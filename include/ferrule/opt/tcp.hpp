// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Options of TCP (IPPROTO_TCP, tcp(7)). Times are in the unit of the kernel, rounded up.

#include <array>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <span>

#include "../core/duration.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../sys/call.hpp"
#include "../tag/protocol.hpp"
#include "setting.hpp"
#include "socket.hpp"

namespace ferrule::opt {

/// TCP_NODELAY: send small pieces at once (Nagle's algorithm off, RFC 896). Set on a Listener, its
/// connections have it, too.
struct NoDelay : Setting<Switch, Kernel<IPPROTO_TCP, TCP_NODELAY, "TCP_NODELAY">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp, Mptcp>;
};

/// TCP_CORK: send full segments only, for at most 200 ms, until it is off again.
struct Cork : Setting<Switch, Kernel<IPPROTO_TCP, TCP_CORK, "TCP_CORK">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp, Mptcp>;
};

/// TCP_QUICKACK: acknowledge at once. Not for good: the kernel goes back by itself, and what is
/// read is what it does now.
struct QuickAck : Setting<Switch, Kernel<IPPROTO_TCP, TCP_QUICKACK, "TCP_QUICKACK">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
    using set_in = WithPeer;
    using get_in = WithPeer;
};

/// TCP_KEEPIDLE: how long a peer may be silent before KeepAlive asks. 1 to 32767 s.
struct KeepAliveIdle
    : Setting<Time<Seconds, 1, 32767>, Kernel<IPPROTO_TCP, TCP_KEEPIDLE, "TCP_KEEPIDLE">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp, Mptcp>;
};

/// TCP_KEEPINTVL: how long KeepAlive waits for an answer before it asks again. 1 to 32767 s.
struct KeepAliveInterval
    : Setting<Time<Seconds, 1, 32767>, Kernel<IPPROTO_TCP, TCP_KEEPINTVL, "TCP_KEEPINTVL">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp, Mptcp>;
};

/// TCP_KEEPCNT: how often KeepAlive asks before the connection is `connection_timed_out`. 1 to 127.
struct KeepAliveCount : Setting<Number<1, 127>, Kernel<IPPROTO_TCP, TCP_KEEPCNT, "TCP_KEEPCNT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp, Mptcp>;
};

/// KeepAlive and when it asks, all in one: four options of the kernel.
struct KeepAliveProbes : Everywhere {
    using families = EitherIp;
    using protocols = OneOf<Tcp, Mptcp>;
    struct Probes {
        Seconds idle;
        Seconds interval;
        int count = 0; ///< 0: KeepAlive is off.
        friend constexpr bool operator==(const Probes&, const Probes&) = default;
    };
    using value_type = Probes;
    using kernels = OneOf<Kernel<IPPROTO_TCP, TCP_KEEPIDLE, "TCP_KEEPIDLE">,
                          Kernel<IPPROTO_TCP, TCP_KEEPINTVL, "TCP_KEEPINTVL">,
                          Kernel<IPPROTO_TCP, TCP_KEEPCNT, "TCP_KEEPCNT">,
                          Kernel<SOL_SOCKET, SO_KEEPALIVE, "SO_KEEPALIVE">>;

    /// After `idle` of silence, `count` questions `interval` apart.
    constexpr KeepAliveProbes(Checked<KeepAliveIdle::encoding> idle,
                              Checked<KeepAliveInterval::encoding> interval,
                              Checked<KeepAliveCount::encoding> count)
        : idle_{idle}, interval_{interval}, count_{count} {}

    [[nodiscard]] Result<void> set(Target target) const {
        return idle_.set(target)
            .and_then([&] { return interval_.set(target); })
            .and_then([&] { return count_.set(target); })
            .and_then([&] { return KeepAlive{true}.set(target); });
    }
    [[nodiscard]] static Result<Probes> get(Target target) {
        Probes probes;
        return KeepAliveIdle::get(target)
            .and_then([&](Seconds idle) {
                probes.idle = idle;
                return KeepAliveInterval::get(target);
            })
            .and_then([&](Seconds interval) {
                probes.interval = interval;
                return KeepAliveCount::get(target);
            })
            .and_then([&](int count) {
                probes.count = count;
                return KeepAlive::get(target);
            })
            .transform([&](bool on) {
                probes.count = on ? probes.count : 0;
                return probes;
            });
    }

private:
    KeepAliveIdle idle_;
    KeepAliveInterval interval_;
    KeepAliveCount count_;
};

/// TCP_USER_TIMEOUT: how long what was sent may stay unacknowledged before the connection is
/// `connection_timed_out` (RFC 5482). Milliseconds; 0 is the system's own, some 15 minutes.
struct UserTimeout
    : Setting<Time<Milliseconds, 0>, Kernel<IPPROTO_TCP, TCP_USER_TIMEOUT, "TCP_USER_TIMEOUT">> {
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
    using kernels = OneOf<Kernel<IPPROTO_TCP, TCP_KEEPIDLE, "TCP_KEEPIDLE">,
                          Kernel<IPPROTO_TCP, TCP_KEEPINTVL, "TCP_KEEPINTVL">,
                          Kernel<IPPROTO_TCP, TCP_KEEPCNT, "TCP_KEEPCNT">,
                          Kernel<SOL_SOCKET, SO_KEEPALIVE, "SO_KEEPALIVE">,
                          Kernel<IPPROTO_TCP, TCP_USER_TIMEOUT, "TCP_USER_TIMEOUT">>;

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
        return KeepAliveProbes{at_run_time(Seconds{idle}), at_run_time(Seconds{interval}), 2}
            .set(target)
            .and_then([&] { return UserTimeout{at_run_time(end)}.set(target); });
    }

    Seconds value; ///< Rounded down: it is a promise.
    bool fits;
};

/// TCP_MAXSEG: the largest segment to send and to announce, in bytes, 88 to 32767; the kernel never
/// takes more than the interface has. Set on a Listener it is that of its connections. Read on a
/// connection it is the one in use, before that the one asked for, 536 if none was.
struct MaximumSegment : Setting<Bytes<88, 32767>, Kernel<IPPROTO_TCP, TCP_MAXSEG, "TCP_MAXSEG">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp, Mptcp>;
    using set_in = BeforeAccept;
};

/// TCP_CONGESTION: the congestion control algorithm by its name
/// (net.ipv4.tcp_available_congestion_control). One that is not there is
/// `no_such_file_or_directory`.
struct CongestionControl
    : Setting<ShortName<false>, Kernel<IPPROTO_TCP, TCP_CONGESTION, "TCP_CONGESTION">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp, Mptcp>;
};

/// TCP_FASTOPEN: how many connections with data in their first packet may wait at a listener
/// (RFC 7413). 0 is off; no more than net.core.somaxconn.
struct FastOpenQueue
    : Setting<Number<0, INT_MAX>, Kernel<IPPROTO_TCP, TCP_FASTOPEN, "TCP_FASTOPEN">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp, Mptcp>;
    using set_in = BeforeAccept;
    using get_in = BeforeAccept;
};

/// TCP_FASTOPEN_CONNECT: connect returns at once, and the first send goes with the first packet
/// (RFC 7413).
struct FastOpenConnect
    : Setting<Switch, Kernel<IPPROTO_TCP, TCP_FASTOPEN_CONNECT, "TCP_FASTOPEN_CONNECT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp, Mptcp>;
    using set_in = BeforeConnection;
};

/// TCP_DEFER_ACCEPT: accept gives a connection only when data has come, or after so long. The
/// kernel counts in retransmissions, so that what is read is the time rounded to 1, 3, 7, 15, ...
/// s.
struct DeferAccept
    : Setting<Time<Seconds, 0>, Kernel<IPPROTO_TCP, TCP_DEFER_ACCEPT, "TCP_DEFER_ACCEPT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp, Mptcp>;
    using set_in = BeforeAccept;
};

/// TCP_SYNCNT: how often connect asks again before it is `connection_timed_out`, and a listener
/// answers again before it forgets who asked. 1 to 127.
struct SynCount : Setting<Number<1, 127>, Kernel<IPPROTO_TCP, TCP_SYNCNT, "TCP_SYNCNT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
    using set_in = EveryBut<state::Connection>;
};

/// TCP_LINGER2: how long a closed end waits in FIN_WAIT2 for the peer's close. 0 is the system's
/// own, 60 s; more than 120 s is cut to that.
struct FinWait : Setting<Time<Seconds, 0>, Kernel<IPPROTO_TCP, TCP_LINGER2, "TCP_LINGER2">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
};

/// TCP_NOTSENT_LOWAT, in bytes: poll says writable only when less than this waits to be sent. 0 is
/// the system's own (net.ipv4.tcp_notsent_lowat).
struct NotSentLowWater
    : Setting<Bytes<>, Kernel<IPPROTO_TCP, TCP_NOTSENT_LOWAT, "TCP_NOTSENT_LOWAT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp, Mptcp>;
};

/// TCP_WINDOW_CLAMP, in bytes: the largest window to announce. The kernel raises it to half of its
/// smallest receive buffer.
struct WindowClamp : Setting<Bytes<1>, Kernel<IPPROTO_TCP, TCP_WINDOW_CLAMP, "TCP_WINDOW_CLAMP">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
};

/// TCP_THIN_LINEAR_TIMEOUTS: a connection with few packets on the way asks again at even intervals
/// at first, not at doubling ones.
struct ThinStream
    : Setting<Switch, Kernel<IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, "TCP_THIN_LINEAR_TIMEOUTS">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
};

/// TCP_SAVE_SYN: keep the first packet of each connection that is accepted.
struct SaveSyn : Setting<Switch, Kernel<IPPROTO_TCP, TCP_SAVE_SYN, "TCP_SAVE_SYN">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
    using set_in = BeforeAccept;
};

/// TCP_SAVED_SYN: the first packet of a connection that was accepted, from its IP header on;
/// reading takes it. Empty if the listener did not have SaveSyn.
struct SavedSyn : Everywhere {
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
    using set_in = NoState;
    using get_in = WithPeer;
    /// At most 60 bytes of IPv4 or 40 of IPv6 header, its extensions aside, and 60 of TCP.
    class Packet {
    public:
        [[nodiscard]] std::span<const std::byte> bytes() const { return {bytes_.data(), size_}; }

    private:
        friend SavedSyn;
        std::array<std::byte, 512> bytes_{};
        std::size_t size_ = 0;
    };
    using value_type = Packet;
    using kernels = OneOf<Kernel<IPPROTO_TCP, TCP_SAVED_SYN, "TCP_SAVED_SYN">>;
    [[nodiscard]] static Result<Packet> get(Target target) {
        Packet packet;
        socklen_t size = sizeof packet.bytes_;
        auto asked = sys::check(Operation::get_option, [&] {
            return ::getsockopt(target.descriptor, IPPROTO_TCP, TCP_SAVED_SYN, packet.bytes_.data(),
                                &size);
        });
        if (!asked) {
            return Error::of_option(asked.error().code(), Operation::get_option, "TCP_SAVED_SYN");
        }
        packet.size_ = size;
        return packet;
    }
};

static_assert(AppliesTo<NoDelay, Ip, Stream, Mptcp> && !AppliesTo<NoDelay, Ipv4, Datagram, Udp>);
static_assert(KeepAliveIdle{Milliseconds{1500}}.value == Seconds{2});

} // namespace ferrule::opt

// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Options of every kind of socket (SOL_SOCKET, socket(7)).

#include <climits>
#include <cstdint>

#include "../core/duration.hpp"
#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "../tag/family.hpp"
#include "../tag/protocol.hpp"
#include "../tag/type.hpp"
#include "encoding.hpp"
#include "rules.hpp"
#include "setting.hpp"

namespace ferrule::opt {

/// SO_REUSEADDR: bind to an address of which old connections are in TIME_WAIT. Set after bind it
/// does nothing, so only a Socket has it. On UDP it lets several sockets share a port, and the last
/// one takes the traffic (socket(7)).
struct ReuseAddress : Setting<Switch, Kernel<sys::sol_socket, sys::so_reuseaddr, "SO_REUSEADDR">> {
    using Setting::Setting;
    using families = EitherIp;
    using types = OneOf<Stream, Datagram>;
    using set_in = BeforeBind;
};

/// SO_REUSEPORT: several sockets of one user bind to one port, and the kernel spreads what comes
/// over them. All of them must have it before bind.
struct ReusePort : Setting<Switch, Kernel<sys::sol_socket, sys::so_reuseport, "SO_REUSEPORT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = WithPorts;
    using set_in = BeforeBind;
};

/// SO_KEEPALIVE: ask a silent peer whether it is there (tcp(7); when and how often:
/// opt/tcp.hpp).
struct KeepAlive : Setting<Switch, Kernel<sys::sol_socket, sys::so_keepalive, "SO_KEEPALIVE">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
};

/// SO_BROADCAST: send to broadcast addresses. IPv6 has none, a stream can't use it.
struct Broadcast : Setting<Switch, Kernel<sys::sol_socket, sys::so_broadcast, "SO_BROADCAST">> {
    using Setting::Setting;
    using families = OneOf<Ipv4, Ip>;
    using types = DatagramOrRaw;
};

/// SO_LINGER as a time.
struct AsLingering : Time<Seconds, 0> {
    using kernel_type = ::linger;
    static constexpr ::linger encode(Seconds value) {
        return {value.count() > 0 ? 1 : 0, static_cast<int>(value.count())};
    }
    static constexpr Seconds decode(const ::linger& kernel) {
        return Seconds{kernel.l_onoff != 0 ? kernel.l_linger : 0};
    }
};

/// SO_LINGER as a time: close waits until what was sent has arrived, at most so long; 0 s is the
/// default, to close at once and let the kernel finish. Whole seconds, rounded up, for the kernel
/// has no other, and a 0 that came of rounding down would be a reset.
struct LingeringClose : Setting<AsLingering, Kernel<sys::sol_socket, sys::so_linger, "SO_LINGER">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
};

/// SO_LINGER of no time.
struct AsAbortive : Switch {
    using kernel_type = ::linger;
    static constexpr ::linger encode(bool value) { return {value ? 1 : 0, 0}; }
    static constexpr bool decode(const ::linger& kernel) {
        return kernel.l_onoff != 0 && kernel.l_linger == 0;
    }
};

/// SO_LINGER of no time: close resets the connection, and what was not sent is lost. Off is the
/// default, not a lingering close that was set before.
struct AbortiveClose : Setting<AsAbortive, Kernel<sys::sol_socket, sys::so_linger, "SO_LINGER">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
};

/// What was asked for of a buffer: the kernel doubles that, to have room for its own bookkeeping,
/// and tells the doubled number (socket(7)).
struct AskedBytes : Bytes<1, INT_MAX / 2> {
    static constexpr value_type decode(int kernel) { return static_cast<value_type>(kernel) / 2; }
};

/// SO_SNDBUF, in bytes: how much may be sent that has not arrived. Read back as it was asked for,
/// but not below 2304 and not above net.core.wmem_max, to which the kernel silently cuts it.
struct SendBuffer : Setting<AskedBytes, Kernel<sys::sol_socket, sys::so_sndbuf, "SO_SNDBUF">> {
    using Setting::Setting;
};

/// SO_RCVBUF, in bytes: how much may come that was not received. Read back as it was asked for, but
/// not below 1152 and not above net.core.rmem_max. For TCP set it before connect or listen: the
/// window scale is settled in the handshake (tcp(7)).
struct ReceiveBuffer : Setting<AskedBytes, Kernel<sys::sol_socket, sys::so_rcvbuf, "SO_RCVBUF">> {
    using Setting::Setting;
};

/// SO_SNDBUF as the kernel has it: with its bookkeeping, twice of what was asked for.
struct EffectiveSendBuffer
    : Setting<Bytes<>, Kernel<sys::sol_socket, sys::so_sndbuf, "SO_SNDBUF">> {
    using set_in = NoState;
};

/// SO_RCVBUF as the kernel has it: with its bookkeeping, twice of what was asked for.
struct EffectiveReceiveBuffer
    : Setting<Bytes<>, Kernel<sys::sol_socket, sys::so_rcvbuf, "SO_RCVBUF">> {
    using set_in = NoState;
};

/// SO_SNDBUFFORCE: like SendBuffer without its limit; needs CAP_NET_ADMIN. Read it as SendBuffer.
struct ForcedSendBuffer
    : Setting<AskedBytes, Kernel<sys::sol_socket, sys::so_sndbufforce, "SO_SNDBUFFORCE">> {
    using Setting::Setting;
    using get_in = NoState;
};

/// SO_RCVBUFFORCE: like ReceiveBuffer without its limit; needs CAP_NET_ADMIN. Read it as
/// ReceiveBuffer.
struct ForcedReceiveBuffer
    : Setting<AskedBytes, Kernel<sys::sol_socket, sys::so_rcvbufforce, "SO_RCVBUFFORCE">> {
    using Setting::Setting;
    using get_in = NoState;
};

/// SO_RCVLOWAT, in bytes: a receive that may wait for ever, and of TCP poll and every wait, goes on
/// only when so much has come. TCP cuts it to half of the largest receive buffer.
struct ReceiveLowWater
    : Setting<Bytes<1>, Kernel<sys::sol_socket, sys::so_rcvlowat, "SO_RCVLOWAT">> {
    using Setting::Setting;
    using types = OneOf<Stream>;
};

/// SO_PRIORITY: the queue of the interface, higher first; above 6 it needs CAP_NET_ADMIN
/// (socket(7)).
struct Priority
    : Setting<Number<0, INT_MAX>, Kernel<sys::sol_socket, sys::so_priority, "SO_PRIORITY">> {
    using Setting::Setting;
    using families = EitherIp;
};

/// SO_MARK: what the firewall and routing rules see of packets from here; needs CAP_NET_ADMIN.
struct Mark : Setting<Number<0, UINT32_MAX>, Kernel<sys::sol_socket, sys::so_mark, "SO_MARK">> {
    using Setting::Setting;
    using families = EitherIp;
};

/// SO_BINDTODEVICE: send and receive through this interface only, by its name; empty for any.
struct BindToDevice
    : Setting<ShortName<true>, Kernel<sys::sol_socket, sys::so_bindtodevice, "SO_BINDTODEVICE">> {
    using Setting::Setting;
    using families = EitherIp;
    using set_in = BeforeAccept;
};

/// SO_INCOMING_CPU: on which CPU packets came in last; set, on which this one of several listeners
/// on a port is preferred.
struct IncomingCpu : Setting<Number<-1, INT_MAX>,
                             Kernel<sys::sol_socket, sys::so_incoming_cpu, "SO_INCOMING_CPU">> {
    using Setting::Setting;
    using families = EitherIp;
};

/// SO_BUSY_POLL: spin for so long on the device's queue before waiting; to raise it needs
/// CAP_NET_ADMIN.
struct BusyPoll
    : Setting<Time<Microseconds, 0>, Kernel<sys::sol_socket, sys::so_busy_poll, "SO_BUSY_POLL">> {
    using Setting::Setting;
    using families = EitherIp;
};

/// SO_DONTROUTE: send to hosts on this network only, not through a gateway.
struct DontRoute : Setting<Switch, Kernel<sys::sol_socket, sys::so_dontroute, "SO_DONTROUTE">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EveryBut<Mptcp>;
};

/// SO_ZEROCOPY: allow MSG_ZEROCOPY sends.
struct ZeroCopy : Setting<Switch, Kernel<sys::sol_socket, sys::so_zerocopy, "SO_ZEROCOPY">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp, Udp>;
};

/// The moments of a message's life that get a timestamp, by this host's clock, in nanoseconds.
struct Moments {
    bool received = false;     ///< In a control message of what is received.
    bool scheduled = false;    ///< Given to the interface's queue. This one and the next two come
    bool sent = false;         ///< Given to the interface.          through MSG_ERRQUEUE, each
    bool acknowledged = false; ///< By the peer; TCP only.           with what was sent.
    friend constexpr bool operator==(const Moments&, const Moments&) = default;
};

/// Moments as the kernel takes them (linux/net_tstamp.h).
struct AsMoments {
    using value_type = Moments;
    using kernel_type = unsigned;
    static constexpr unsigned sent = 1U << 1;
    static constexpr unsigned received = 1U << 3;
    static constexpr unsigned told = 1U << 4;
    static constexpr unsigned scheduled = 1U << 8;
    static constexpr unsigned acknowledged = 1U << 9;
    static constexpr Fitted<Moments> fit(const Moments& given) { return {given, true}; }
    static constexpr unsigned encode(const Moments& value) {
        const unsigned moments = (value.sent ? sent : 0) | (value.received ? received : 0) |
                                 (value.scheduled ? scheduled : 0) |
                                 (value.acknowledged ? acknowledged : 0);
        return moments == 0 ? 0 : moments | told;
    }
    static constexpr Moments decode(unsigned kernel) {
        return {(kernel & received) != 0, (kernel & scheduled) != 0, (kernel & sent) != 0,
                (kernel & acknowledged) != 0};
    }
};

/// SO_TIMESTAMPING with the software's clock: when a message came in, was queued, sent,
/// acknowledged. The first messages after the first socket of the host has it may come without.
struct Timestamping
    : Setting<AsMoments, Kernel<sys::sol_socket, sys::so_timestamping, "SO_TIMESTAMPING">> {
    using Setting::Setting;
    using families = EitherIp;
};

/// SO_TIMESTAMPNS: when a message came in, as a control message with nanoseconds.
struct ReceiveTimestamps
    : Setting<Switch, Kernel<sys::sol_socket, sys::so_timestampns, "SO_TIMESTAMPNS">> {
    using Setting::Setting;
    using types = OneOf<Datagram, SeqPacket, Raw>;
};

/// The number of an error, as errno(3) has it.
struct AsCause {
    using value_type = Errc;
    using kernel_type = int;
    static constexpr Errc decode(int kernel) { return static_cast<Errc>(kernel); }
};

/// SO_ERROR: the failure that the next call would tell of, `none` without one. Reading takes it.
struct PendingError : Setting<AsCause, Kernel<sys::sol_socket, sys::so_error, "SO_ERROR">> {
    using set_in = NoState;
};

/// SO_DOMAIN: AF_INET, ...
struct Domain : Setting<Number<0, INT_MAX>, Kernel<sys::sol_socket, sys::so_domain, "SO_DOMAIN">> {
    using set_in = NoState;
};

/// SO_TYPE: SOCK_STREAM, ...
struct TypeNumber : Setting<Number<0, INT_MAX>, Kernel<sys::sol_socket, sys::so_type, "SO_TYPE">> {
    using set_in = NoState;
};

/// SO_PROTOCOL: IPPROTO_TCP, ...
struct ProtocolNumber
    : Setting<Number<0, INT_MAX>, Kernel<sys::sol_socket, sys::so_protocol, "SO_PROTOCOL">> {
    using set_in = NoState;
};

/// SO_ACCEPTCONN: whether it is a listener.
struct AcceptsConnections
    : Setting<Switch, Kernel<sys::sol_socket, sys::so_acceptconn, "SO_ACCEPTCONN">> {
    using set_in = NoState;
};

/// SO_COOKIE: a number that no other socket of this host has had since it started.
struct Cookie
    : Setting<AsItIs<std::uint64_t>, Kernel<sys::sol_socket, sys::so_cookie, "SO_COOKIE">> {
    using set_in = NoState;
};

} // namespace ferrule::opt

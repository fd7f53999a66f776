// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The numbers of Linux. Socket types and the options of SOL_SOCKET differ from machine to machine;
/// the others never change. No header of the C library has all of them, so they are written out.
/// tests/sys/numbers.cpp compares them with the headers that have them.

#include "../platform.hpp"

namespace ferrule::sys {

// Domains (socket(2)).
inline constexpr int af_unspec = 0, af_inet = 2, af_inet6 = 10, af_unix = 1;
inline constexpr int af_packet = 17, af_vsock = 40;

// Types.
inline constexpr int sock_stream = SOCK_STREAM, sock_dgram = SOCK_DGRAM;
inline constexpr int sock_seqpacket = SOCK_SEQPACKET, sock_raw = SOCK_RAW;

// Protocols.
inline constexpr int ipproto_ip = 0, ipproto_icmp = 1, ipproto_tcp = 6, ipproto_udp = 17;
inline constexpr int ipproto_ipv6 = 41, ipproto_icmpv6 = 58, ipproto_sctp = 132;
inline constexpr int ipproto_udplite = 136, ipproto_mptcp = 262;

// Levels of options, beside the protocols.
inline constexpr int sol_socket = SOL_SOCKET, sol_raw = 255, sol_mptcp = 284;

// Of listen(2) and shutdown(2).
inline constexpr int somaxconn = SOMAXCONN, shut_rd = 0, shut_wr = 1, shut_rdwr = 2;

// Flags of send(2) and recv(2), and what recvmsg(2) tells.
inline constexpr int msg_peek = 0x02, msg_waitall = 0x100, msg_trunc = 0x20, msg_ctrunc = 0x08;
inline constexpr int msg_dontwait = 0x40, msg_nosignal = 0x4000, msg_cmsg_cloexec = 0x40000000;
inline constexpr int msg_errqueue = 0x2000, msg_confirm = 0x800, msg_dontroute = 0x04;
inline constexpr int msg_more = 0x8000, msg_zerocopy = 0x4000000, msg_waitforone = 0x10000;

// Events of poll(2).
inline constexpr short pollin = 0x01, pollout = 0x04, pollpri = 0x02;

// Options of every socket (socket(7)).
inline constexpr int so_acceptconn = SO_ACCEPTCONN, so_broadcast = SO_BROADCAST;
inline constexpr int so_domain = SO_DOMAIN, so_dontroute = SO_DONTROUTE, so_error = SO_ERROR;
inline constexpr int so_keepalive = SO_KEEPALIVE, so_linger = SO_LINGER, so_protocol = SO_PROTOCOL;
inline constexpr int so_rcvbuf = SO_RCVBUF, so_rcvlowat = SO_RCVLOWAT, so_reuseaddr = SO_REUSEADDR;
inline constexpr int so_reuseport = SO_REUSEPORT, so_sndbuf = SO_SNDBUF, so_type = SO_TYPE;
inline constexpr int so_bindtodevice = SO_BINDTODEVICE, so_bindtoifindex = SO_BINDTOIFINDEX;
inline constexpr int so_busy_poll = SO_BUSY_POLL, so_incoming_cpu = SO_INCOMING_CPU;
inline constexpr int so_mark = SO_MARK, so_priority = SO_PRIORITY, so_rcvbufforce = SO_RCVBUFFORCE;
inline constexpr int so_sndbufforce = SO_SNDBUFFORCE, so_timestamping = SO_TIMESTAMPING;
inline constexpr int so_timestampns = SO_TIMESTAMPNS, so_zerocopy = SO_ZEROCOPY, so_cookie = 57;
inline constexpr int so_passcred = SO_PASSCRED, so_peercred = SO_PEERCRED, so_peergroups = 59;
inline constexpr int so_peerpidfd = 77, so_passpidfd = 76, so_passrights = 83;
inline constexpr int so_rcvpriority = 82, so_rxq_ovfl = SO_RXQ_OVFL, so_txtime = SO_TXTIME;

// Control messages (cmsg(3)) of SOL_SOCKET; their types.
inline constexpr int scm_rights = SCM_RIGHTS, scm_credentials = 2, scm_pidfd = 4;
inline constexpr int scm_timestampns = SO_TIMESTAMPNS, scm_timestamping = SO_TIMESTAMPING;
inline constexpr int scm_txtime = SO_TXTIME, scm_priority = SO_PRIORITY;

// Options of IPv4 (ip(7)).
inline constexpr int ip_ttl = 2, ip_tos = 1, ip_hdrincl = 3, ip_recvttl = 12, ip_recvtos = 13;
inline constexpr int ip_multicast_if = 32, ip_multicast_ttl = 33, ip_multicast_loop = 34;
inline constexpr int ip_mtu_discover = 10, ip_recverr = 11, ip_mtu = 14, ip_freebind = 15;
inline constexpr int ip_transparent = 19, ip_recvorigdstaddr = 20, ip_minttl = 21;
inline constexpr int ip_bind_address_no_port = 24, ip_pktinfo = 8, ip_multicast_all = 49;
inline constexpr int ip_local_port_range = 51, ip_pmtudisc_dont = 0, ip_pmtudisc_want = 1;
inline constexpr int ip_pmtudisc_do = 2, ip_pmtudisc_probe = 3, ip_pmtudisc_interface = 4;
inline constexpr int ip_pmtudisc_omit = 5;

// Options of IPv6 (ipv6(7), RFC 3493, RFC 3542).
inline constexpr int ipv6_unicast_hops = 16, ipv6_multicast_if = 17, ipv6_multicast_hops = 18;
inline constexpr int ipv6_multicast_loop = 19, ipv6_v6only = 26, ipv6_checksum = 7;
inline constexpr int ipv6_tclass = 67, ipv6_dontfrag = 62, ipv6_recvpktinfo = 49;
inline constexpr int ipv6_recvhoplimit = 51, ipv6_recvtclass = 66, ipv6_flowinfo = 11;
inline constexpr int ipv6_mtu_discover = 23, ipv6_mtu = 24, ipv6_recverr = 25;
inline constexpr int ipv6_multicast_all = 29, ipv6_flowlabel_mgr = 32, ipv6_flowinfo_send = 33;
inline constexpr int ipv6_hdrincl = 36, ipv6_autoflowlabel = 70, ipv6_minhopcount = 73;
inline constexpr int ipv6_recvorigdstaddr = 74, ipv6_transparent = 75, ipv6_unicast_if = 76;
inline constexpr int ipv6_freebind = 78, ipv6_pktinfo = 50, ipv6_hoplimit = 52;

// Membership in groups (RFC 3678).
inline constexpr int mcast_join_group = 42, mcast_leave_group = 45, mcast_join_source_group = 46;
inline constexpr int mcast_leave_source_group = 47;

// Options of ICMP sockets (raw(7), icmp(7)).
inline constexpr int icmp_filter = 1, icmp6_filter = 1;

// Options of TCP and of Multipath TCP (tcp(7)).
inline constexpr int tcp_nodelay = 1, tcp_maxseg = 2, tcp_keepidle = 4, tcp_keepintvl = 5;
inline constexpr int tcp_keepcnt = 6, tcp_cork = 3, tcp_syncnt = 7, tcp_linger2 = 8;
inline constexpr int tcp_defer_accept = 9, tcp_window_clamp = 10, tcp_info = 11, tcp_quickack = 12;
inline constexpr int tcp_congestion = 13, tcp_thin_linear_timeouts = 16, tcp_user_timeout = 18;
inline constexpr int tcp_fastopen = 23, tcp_notsent_lowat = 25, tcp_save_syn = 27;
inline constexpr int tcp_saved_syn = 28, tcp_fastopen_connect = 30, mptcp_info = 1;
inline constexpr int tcp_is_mptcp = 43, tcp_rto_max_ms = 44;

// Options of UDP (udp(7)) and UDP-Lite (udplite(7)).
inline constexpr int udp_cork = 1, udp_no_check6_tx = 101, udp_no_check6_rx = 102;
inline constexpr int udp_segment = 103, udp_gro = 104, udplite_send_cscov = 10;
inline constexpr int udplite_recv_cscov = 11;

// What recv(2) is given to return the whole size of a message that is cut.
inline constexpr int msg_whole_size = msg_trunc;

// What Unix sockets have (unix(7)).
inline constexpr bool unix_has_seqpacket = true;
inline constexpr bool unix_has_abstract_names = true;
inline constexpr bool unix_has_autobind = true; ///< bind(2) without a name gives an abstract one.
inline constexpr bool unix_has_modes = true;    ///< fchmod(2) before bind(2).

} // namespace ferrule::sys

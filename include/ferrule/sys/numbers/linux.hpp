// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The numbers of Linux. Those of sys/socket.h differ from machine to machine, those of
/// netinet/in.h are there in any case; all others are written out, because no header of the C
/// library has them all, and the kernel never changes one. tests/sys/numbers.cpp compares them with
/// the headers that have them.

#include <poll.h>

#include "../platform.hpp"

namespace ferrule::sys {

// Domains, types, protocols and levels (socket(2)).
inline constexpr int af_unspec = AF_UNSPEC;
inline constexpr int af_inet = AF_INET;
inline constexpr int af_inet6 = AF_INET6;
inline constexpr int af_unix = AF_UNIX;
inline constexpr int sock_stream = SOCK_STREAM;
inline constexpr int sock_dgram = SOCK_DGRAM;
inline constexpr int sock_seqpacket = SOCK_SEQPACKET;
inline constexpr int sock_raw = SOCK_RAW;
inline constexpr int ipproto_ip = IPPROTO_IP;
inline constexpr int ipproto_icmp = IPPROTO_ICMP;
inline constexpr int ipproto_tcp = IPPROTO_TCP;
inline constexpr int ipproto_udp = IPPROTO_UDP;
inline constexpr int ipproto_ipv6 = IPPROTO_IPV6;
inline constexpr int ipproto_icmpv6 = IPPROTO_ICMPV6;
inline constexpr int ipproto_sctp = 132;
inline constexpr int ipproto_udplite = 136;
inline constexpr int ipproto_mptcp = 262;
inline constexpr int sol_socket = SOL_SOCKET;
inline constexpr int sol_raw = 255;
inline constexpr int sol_mptcp = 284;
inline constexpr int somaxconn = SOMAXCONN;
inline constexpr int shut_rd = SHUT_RD;
inline constexpr int shut_wr = SHUT_WR;
inline constexpr int shut_rdwr = SHUT_RDWR;

// Flags of send(2) and recv(2), and what recvmsg(2) tells.
inline constexpr int msg_peek = MSG_PEEK;
inline constexpr int msg_waitall = MSG_WAITALL;
inline constexpr int msg_trunc = MSG_TRUNC;
inline constexpr int msg_ctrunc = MSG_CTRUNC;
inline constexpr int msg_dontwait = MSG_DONTWAIT;
inline constexpr int msg_nosignal = MSG_NOSIGNAL;
inline constexpr int msg_cmsg_cloexec = MSG_CMSG_CLOEXEC;

// Events of poll(2).
inline constexpr short pollin = POLLIN;
inline constexpr short pollout = POLLOUT;

// Options of every socket (socket(7)).
inline constexpr int so_acceptconn = SO_ACCEPTCONN;
inline constexpr int so_broadcast = SO_BROADCAST;
inline constexpr int so_domain = SO_DOMAIN;
inline constexpr int so_dontroute = SO_DONTROUTE;
inline constexpr int so_error = SO_ERROR;
inline constexpr int so_keepalive = SO_KEEPALIVE;
inline constexpr int so_linger = SO_LINGER;
inline constexpr int so_protocol = SO_PROTOCOL;
inline constexpr int so_rcvbuf = SO_RCVBUF;
inline constexpr int so_rcvlowat = SO_RCVLOWAT;
inline constexpr int so_reuseaddr = SO_REUSEADDR;
inline constexpr int so_reuseport = SO_REUSEPORT;
inline constexpr int so_sndbuf = SO_SNDBUF;
inline constexpr int so_type = SO_TYPE;
inline constexpr int so_bindtodevice = SO_BINDTODEVICE;
inline constexpr int so_bindtoifindex = SO_BINDTOIFINDEX;
inline constexpr int so_busy_poll = SO_BUSY_POLL;
inline constexpr int so_incoming_cpu = SO_INCOMING_CPU;
inline constexpr int so_mark = SO_MARK;
inline constexpr int so_priority = SO_PRIORITY;
inline constexpr int so_rcvbufforce = SO_RCVBUFFORCE;
inline constexpr int so_sndbufforce = SO_SNDBUFFORCE;
inline constexpr int so_timestamping = SO_TIMESTAMPING;
inline constexpr int so_timestampns = SO_TIMESTAMPNS;
inline constexpr int so_zerocopy = SO_ZEROCOPY;
inline constexpr int so_cookie = 57;
inline constexpr int so_passcred = SO_PASSCRED;
inline constexpr int so_peercred = SO_PEERCRED;
inline constexpr int so_peergroups = 59;
inline constexpr int so_peerpidfd = 77;

// Options of IPv4 (ip(7)).
inline constexpr int ip_ttl = IP_TTL;
inline constexpr int ip_tos = IP_TOS;
inline constexpr int ip_hdrincl = IP_HDRINCL;
inline constexpr int ip_recvttl = IP_RECVTTL;
inline constexpr int ip_recvtos = IP_RECVTOS;
inline constexpr int ip_multicast_if = IP_MULTICAST_IF;
inline constexpr int ip_multicast_ttl = IP_MULTICAST_TTL;
inline constexpr int ip_multicast_loop = IP_MULTICAST_LOOP;
inline constexpr int ip_mtu_discover = 10;
inline constexpr int ip_recverr = 11;
inline constexpr int ip_mtu = 14;
inline constexpr int ip_freebind = 15;
inline constexpr int ip_transparent = 19;
inline constexpr int ip_recvorigdstaddr = 20;
inline constexpr int ip_minttl = 21;
inline constexpr int ip_bind_address_no_port = 24;
inline constexpr int ip_pktinfo = 8;
inline constexpr int ip_multicast_all = 49;
inline constexpr int ip_local_port_range = 51;
inline constexpr int ip_pmtudisc_dont = 0;
inline constexpr int ip_pmtudisc_want = 1;
inline constexpr int ip_pmtudisc_do = 2;
inline constexpr int ip_pmtudisc_probe = 3;
inline constexpr int ip_pmtudisc_interface = 4;
inline constexpr int ip_pmtudisc_omit = 5;

// Options of IPv6 (ipv6(7), RFC 3493, RFC 3542).
inline constexpr int ipv6_unicast_hops = IPV6_UNICAST_HOPS;
inline constexpr int ipv6_multicast_if = IPV6_MULTICAST_IF;
inline constexpr int ipv6_multicast_hops = IPV6_MULTICAST_HOPS;
inline constexpr int ipv6_multicast_loop = IPV6_MULTICAST_LOOP;
inline constexpr int ipv6_v6only = IPV6_V6ONLY;
inline constexpr int ipv6_checksum = IPV6_CHECKSUM;
inline constexpr int ipv6_tclass = IPV6_TCLASS;
inline constexpr int ipv6_dontfrag = IPV6_DONTFRAG;
inline constexpr int ipv6_recvpktinfo = IPV6_RECVPKTINFO;
inline constexpr int ipv6_recvhoplimit = IPV6_RECVHOPLIMIT;
inline constexpr int ipv6_recvtclass = IPV6_RECVTCLASS;
inline constexpr int ipv6_flowinfo = 11;
inline constexpr int ipv6_mtu_discover = 23;
inline constexpr int ipv6_mtu = 24;
inline constexpr int ipv6_recverr = 25;
inline constexpr int ipv6_multicast_all = 29;
inline constexpr int ipv6_flowlabel_mgr = 32;
inline constexpr int ipv6_flowinfo_send = 33;
inline constexpr int ipv6_hdrincl = 36;
inline constexpr int ipv6_autoflowlabel = 70;
inline constexpr int ipv6_minhopcount = 73;
inline constexpr int ipv6_recvorigdstaddr = 74;
inline constexpr int ipv6_transparent = 75;
inline constexpr int ipv6_unicast_if = 76;
inline constexpr int ipv6_freebind = 78;

// Membership in groups (RFC 3678).
inline constexpr int mcast_join_group = MCAST_JOIN_GROUP;
inline constexpr int mcast_leave_group = MCAST_LEAVE_GROUP;
inline constexpr int mcast_join_source_group = MCAST_JOIN_SOURCE_GROUP;
inline constexpr int mcast_leave_source_group = MCAST_LEAVE_SOURCE_GROUP;

// Options of ICMP sockets (raw(7), icmp(7)).
inline constexpr int icmp_filter = 1;
inline constexpr int icmp6_filter = 1;

// Options of TCP and of Multipath TCP (tcp(7)).
inline constexpr int tcp_nodelay = 1;
inline constexpr int tcp_maxseg = 2;
inline constexpr int tcp_keepidle = 4;
inline constexpr int tcp_keepintvl = 5;
inline constexpr int tcp_keepcnt = 6;
inline constexpr int tcp_cork = 3;
inline constexpr int tcp_syncnt = 7;
inline constexpr int tcp_linger2 = 8;
inline constexpr int tcp_defer_accept = 9;
inline constexpr int tcp_window_clamp = 10;
inline constexpr int tcp_info = 11;
inline constexpr int tcp_quickack = 12;
inline constexpr int tcp_congestion = 13;
inline constexpr int tcp_thin_linear_timeouts = 16;
inline constexpr int tcp_user_timeout = 18;
inline constexpr int tcp_fastopen = 23;
inline constexpr int tcp_notsent_lowat = 25;
inline constexpr int tcp_save_syn = 27;
inline constexpr int tcp_saved_syn = 28;
inline constexpr int tcp_fastopen_connect = 30;
inline constexpr int mptcp_info = 1;

// Options of UDP (udp(7)) and UDP-Lite (udplite(7)).
inline constexpr int udp_cork = 1;
inline constexpr int udp_no_check6_tx = 101;
inline constexpr int udp_no_check6_rx = 102;
inline constexpr int udp_segment = 103;
inline constexpr int udp_gro = 104;
inline constexpr int udplite_send_cscov = 10;
inline constexpr int udplite_recv_cscov = 11;
// What recv(2) is given to return the whole size of a message that is cut.
inline constexpr int msg_whole_size = MSG_TRUNC;

// What Unix sockets have (unix(7)).
inline constexpr bool unix_has_seqpacket = true;
inline constexpr bool unix_has_abstract_names = true;
inline constexpr bool unix_has_autobind =
    true;                                    ///< bind(2) without a name gives a free abstract one.
inline constexpr bool unix_has_modes = true; ///< fchmod(2) before bind(2).

} // namespace ferrule::sys

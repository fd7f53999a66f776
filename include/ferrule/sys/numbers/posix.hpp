// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The numbers that POSIX.1-2024, macOS and the BSDs share. What only some of them have is absent.

#include <netinet/tcp.h>
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
inline constexpr int ipproto_udplite = absent;
inline constexpr int ipproto_mptcp = absent;
inline constexpr int sol_socket = SOL_SOCKET;
inline constexpr int sol_raw = absent;
inline constexpr int sol_mptcp = absent;
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
inline constexpr int msg_nosignal = no_signal_flag;
inline constexpr int msg_cmsg_cloexec = close_on_exec_flag;

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
inline constexpr int so_bindtodevice = absent;
inline constexpr int so_bindtoifindex = absent;
inline constexpr int so_busy_poll = absent;
inline constexpr int so_incoming_cpu = absent;
inline constexpr int so_mark = absent;
inline constexpr int so_priority = absent;
inline constexpr int so_rcvbufforce = absent;
inline constexpr int so_sndbufforce = absent;
inline constexpr int so_timestamping = absent;
inline constexpr int so_timestampns = absent;
inline constexpr int so_zerocopy = absent;
inline constexpr int so_cookie = absent;
inline constexpr int so_passcred = absent;
inline constexpr int so_peercred = absent;
inline constexpr int so_peergroups = absent;
inline constexpr int so_peerpidfd = absent;

// Options of IPv4 (ip(7)).
inline constexpr int ip_ttl = IP_TTL;
inline constexpr int ip_tos = IP_TOS;
inline constexpr int ip_hdrincl = IP_HDRINCL;
inline constexpr int ip_recvttl = IP_RECVTTL;
inline constexpr int ip_recvtos = IP_RECVTOS;
inline constexpr int ip_multicast_if = IP_MULTICAST_IF;
inline constexpr int ip_multicast_ttl = IP_MULTICAST_TTL;
inline constexpr int ip_multicast_loop = IP_MULTICAST_LOOP;
inline constexpr int ip_mtu_discover = absent;
inline constexpr int ip_recverr = absent;
inline constexpr int ip_mtu = absent;
inline constexpr int ip_freebind = absent;
inline constexpr int ip_transparent = absent;
inline constexpr int ip_recvorigdstaddr = absent;
inline constexpr int ip_minttl = absent;
inline constexpr int ip_bind_address_no_port = absent;
inline constexpr int ip_pktinfo = absent;
inline constexpr int ip_multicast_all = absent;
inline constexpr int ip_local_port_range = absent;
inline constexpr int ip_pmtudisc_dont = absent;
inline constexpr int ip_pmtudisc_want = absent;
inline constexpr int ip_pmtudisc_do = absent;
inline constexpr int ip_pmtudisc_probe = absent;
inline constexpr int ip_pmtudisc_interface = absent;
inline constexpr int ip_pmtudisc_omit = absent;

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
inline constexpr int ipv6_flowinfo = absent;
inline constexpr int ipv6_mtu_discover = absent;
inline constexpr int ipv6_mtu = absent;
inline constexpr int ipv6_recverr = absent;
inline constexpr int ipv6_multicast_all = absent;
inline constexpr int ipv6_flowlabel_mgr = absent;
inline constexpr int ipv6_flowinfo_send = absent;
inline constexpr int ipv6_hdrincl = absent;
inline constexpr int ipv6_autoflowlabel = absent;
inline constexpr int ipv6_minhopcount = absent;
inline constexpr int ipv6_recvorigdstaddr = absent;
inline constexpr int ipv6_transparent = absent;
inline constexpr int ipv6_unicast_if = absent;
inline constexpr int ipv6_freebind = absent;

// Membership in groups (RFC 3678).
inline constexpr int mcast_join_group = MCAST_JOIN_GROUP;
inline constexpr int mcast_leave_group = MCAST_LEAVE_GROUP;
inline constexpr int mcast_join_source_group = MCAST_JOIN_SOURCE_GROUP;
inline constexpr int mcast_leave_source_group = MCAST_LEAVE_SOURCE_GROUP;

// Options of ICMP sockets (raw(7), icmp(7)).
inline constexpr int icmp_filter = absent;
inline constexpr int icmp6_filter = absent;

// Options of TCP and of Multipath TCP (tcp(7)).
inline constexpr int tcp_nodelay = TCP_NODELAY;
inline constexpr int tcp_maxseg = TCP_MAXSEG;
inline constexpr int tcp_keepidle = absent;
inline constexpr int tcp_keepintvl = absent;
inline constexpr int tcp_keepcnt = absent;
inline constexpr int tcp_cork = absent;
inline constexpr int tcp_syncnt = absent;
inline constexpr int tcp_linger2 = absent;
inline constexpr int tcp_defer_accept = absent;
inline constexpr int tcp_window_clamp = absent;
inline constexpr int tcp_info = absent;
inline constexpr int tcp_quickack = absent;
inline constexpr int tcp_congestion = absent;
inline constexpr int tcp_thin_linear_timeouts = absent;
inline constexpr int tcp_user_timeout = absent;
inline constexpr int tcp_fastopen = absent;
inline constexpr int tcp_notsent_lowat = absent;
inline constexpr int tcp_save_syn = absent;
inline constexpr int tcp_saved_syn = absent;
inline constexpr int tcp_fastopen_connect = absent;
inline constexpr int mptcp_info = absent;

// Options of UDP (udp(7)) and UDP-Lite (udplite(7)).
inline constexpr int udp_cork = absent;
inline constexpr int udp_no_check6_tx = absent;
inline constexpr int udp_no_check6_rx = absent;
inline constexpr int udp_segment = absent;
inline constexpr int udp_gro = absent;
inline constexpr int udplite_send_cscov = absent;
inline constexpr int udplite_recv_cscov = absent;
// No receive tells the whole size of a message that is cut.
inline constexpr int msg_whole_size = 0;

// What Unix sockets have.
inline constexpr bool unix_has_seqpacket = !is_macos;
inline constexpr bool unix_has_abstract_names = is_linux;
inline constexpr bool unix_has_autobind = false;
inline constexpr bool unix_has_modes = false;

} // namespace ferrule::sys

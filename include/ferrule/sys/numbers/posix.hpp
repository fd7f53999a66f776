// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The numbers that POSIX.1-2024, macOS and the BSDs share. What only some of them have is absent.

#include <netinet/tcp.h>
#include <poll.h>

#include "../platform.hpp"

namespace ferrule::sys {

// Domains (socket(2)).
inline constexpr int af_packet = absent, af_vsock = absent;
inline constexpr int af_unspec = AF_UNSPEC, af_inet = AF_INET, af_inet6 = AF_INET6;
inline constexpr int af_unix = AF_UNIX;

// Types.
inline constexpr int sock_stream = SOCK_STREAM, sock_dgram = SOCK_DGRAM;
inline constexpr int sock_seqpacket = SOCK_SEQPACKET, sock_raw = SOCK_RAW;

// Protocols.
inline constexpr int ipproto_ip = IPPROTO_IP, ipproto_icmp = IPPROTO_ICMP;
inline constexpr int ipproto_tcp = IPPROTO_TCP, ipproto_udp = IPPROTO_UDP;
inline constexpr int ipproto_ipv6 = IPPROTO_IPV6, ipproto_icmpv6 = IPPROTO_ICMPV6;
inline constexpr int ipproto_sctp = 132, ipproto_udplite = absent, ipproto_mptcp = absent;

// Levels of options, beside the protocols.
inline constexpr int sol_socket = SOL_SOCKET, sol_raw = absent, sol_mptcp = absent;

// Of listen(2) and shutdown(2).
inline constexpr int somaxconn = SOMAXCONN, shut_rd = SHUT_RD, shut_wr = SHUT_WR;
inline constexpr int shut_rdwr = SHUT_RDWR;

// Flags of send(2) and recv(2), and what recvmsg(2) tells.
inline constexpr int msg_peek = MSG_PEEK, msg_waitall = MSG_WAITALL, msg_trunc = MSG_TRUNC;
inline constexpr int msg_ctrunc = MSG_CTRUNC, msg_dontwait = MSG_DONTWAIT;
inline constexpr int msg_dontroute = MSG_DONTROUTE, msg_errqueue = absent, msg_confirm = absent;
inline constexpr int msg_more = absent, msg_zerocopy = absent, msg_waitforone = absent;
inline constexpr int msg_nosignal = no_signal_flag, msg_cmsg_cloexec = close_on_exec_flag;

// Events of poll(2).
inline constexpr short pollin = POLLIN, pollout = POLLOUT, pollpri = POLLPRI;

// Options of every socket (socket(7)).
inline constexpr int so_acceptconn = SO_ACCEPTCONN, so_broadcast = SO_BROADCAST;
inline constexpr int so_domain = SO_DOMAIN, so_dontroute = SO_DONTROUTE, so_error = SO_ERROR;
inline constexpr int so_keepalive = SO_KEEPALIVE, so_linger = SO_LINGER, so_protocol = SO_PROTOCOL;
inline constexpr int so_rcvbuf = SO_RCVBUF, so_rcvlowat = SO_RCVLOWAT, so_reuseaddr = SO_REUSEADDR;
inline constexpr int so_reuseport = SO_REUSEPORT, so_sndbuf = SO_SNDBUF, so_type = SO_TYPE;
inline constexpr int so_bindtodevice = absent, so_bindtoifindex = absent, so_busy_poll = absent;
inline constexpr int so_incoming_cpu = absent, so_mark = absent, so_priority = absent;
inline constexpr int so_rcvbufforce = absent, so_sndbufforce = absent, so_timestamping = absent;
inline constexpr int so_timestampns = absent, so_zerocopy = absent, so_cookie = absent;
inline constexpr int so_passcred = absent, so_peercred = absent, so_peergroups = absent;
inline constexpr int so_peerpidfd = absent, so_passpidfd = absent, so_passrights = absent;
inline constexpr int so_rcvpriority = absent, so_rxq_ovfl = absent, so_txtime = absent;

// Control messages (cmsg(3)) of SOL_SOCKET; their types.
inline constexpr int scm_rights = SCM_RIGHTS, scm_credentials = absent, scm_pidfd = absent;
inline constexpr int scm_timestampns = absent, scm_timestamping = absent, scm_txtime = absent;
inline constexpr int scm_priority = absent;

// Options of IPv4 (ip(7)).
inline constexpr int ip_ttl = IP_TTL, ip_tos = IP_TOS, ip_hdrincl = IP_HDRINCL;
inline constexpr int ip_recvttl = IP_RECVTTL, ip_recvtos = IP_RECVTOS;
inline constexpr int ip_multicast_if = IP_MULTICAST_IF, ip_multicast_ttl = IP_MULTICAST_TTL;
inline constexpr int ip_multicast_loop = IP_MULTICAST_LOOP, ip_mtu_discover = absent;
inline constexpr int ip_recverr = absent, ip_mtu = absent, ip_freebind = absent;
inline constexpr int ip_transparent = absent, ip_recvorigdstaddr = absent, ip_minttl = absent;
inline constexpr int ip_bind_address_no_port = absent, ip_pktinfo = absent;
inline constexpr int ip_multicast_all = absent, ip_local_port_range = absent;
inline constexpr int ip_pmtudisc_dont = absent, ip_pmtudisc_want = absent, ip_pmtudisc_do = absent;
inline constexpr int ip_pmtudisc_probe = absent, ip_pmtudisc_interface = absent;
inline constexpr int ip_pmtudisc_omit = absent;

// Options of IPv6 (ipv6(7), RFC 3493, RFC 3542).
inline constexpr int ipv6_unicast_hops = IPV6_UNICAST_HOPS, ipv6_multicast_if = IPV6_MULTICAST_IF;
inline constexpr int ipv6_multicast_hops = IPV6_MULTICAST_HOPS;
inline constexpr int ipv6_multicast_loop = IPV6_MULTICAST_LOOP, ipv6_v6only = IPV6_V6ONLY;
inline constexpr int ipv6_checksum = IPV6_CHECKSUM, ipv6_tclass = IPV6_TCLASS;
inline constexpr int ipv6_dontfrag = IPV6_DONTFRAG, ipv6_recvpktinfo = IPV6_RECVPKTINFO;
inline constexpr int ipv6_recvhoplimit = IPV6_RECVHOPLIMIT, ipv6_recvtclass = IPV6_RECVTCLASS;
inline constexpr int ipv6_flowinfo = absent, ipv6_mtu_discover = absent, ipv6_mtu = absent;
inline constexpr int ipv6_recverr = absent, ipv6_multicast_all = absent;
inline constexpr int ipv6_flowlabel_mgr = absent, ipv6_flowinfo_send = absent;
inline constexpr int ipv6_hdrincl = absent, ipv6_autoflowlabel = absent, ipv6_minhopcount = absent;
inline constexpr int ipv6_recvorigdstaddr = absent, ipv6_transparent = absent;
inline constexpr int ipv6_unicast_if = absent, ipv6_freebind = absent;
inline constexpr int ipv6_pktinfo = IPV6_PKTINFO, ipv6_hoplimit = IPV6_HOPLIMIT;

// Membership in groups (RFC 3678).
inline constexpr int mcast_join_group = MCAST_JOIN_GROUP, mcast_leave_group = MCAST_LEAVE_GROUP;
inline constexpr int mcast_join_source_group = MCAST_JOIN_SOURCE_GROUP;
inline constexpr int mcast_leave_source_group = MCAST_LEAVE_SOURCE_GROUP;

// Options of ICMP sockets (raw(7), icmp(7)).
inline constexpr int icmp_filter = absent, icmp6_filter = absent;

// Options of TCP and of Multipath TCP (tcp(7)).
inline constexpr int tcp_nodelay = TCP_NODELAY, tcp_maxseg = TCP_MAXSEG, tcp_keepidle = absent;
inline constexpr int tcp_keepintvl = absent, tcp_keepcnt = absent, tcp_cork = absent;
inline constexpr int tcp_syncnt = absent, tcp_linger2 = absent, tcp_defer_accept = absent;
inline constexpr int tcp_window_clamp = absent, tcp_info = absent, tcp_quickack = absent;
inline constexpr int tcp_congestion = absent, tcp_thin_linear_timeouts = absent;
inline constexpr int tcp_user_timeout = absent, tcp_fastopen = absent, tcp_notsent_lowat = absent;
inline constexpr int tcp_save_syn = absent, tcp_saved_syn = absent, tcp_fastopen_connect = absent;
inline constexpr int mptcp_info = absent, tcp_is_mptcp = absent, tcp_rto_max_ms = absent;

// Options of UDP (udp(7)) and UDP-Lite (udplite(7)).
inline constexpr int udp_cork = absent, udp_no_check6_tx = absent, udp_no_check6_rx = absent;
inline constexpr int udp_segment = absent, udp_gro = absent, udplite_send_cscov = absent;
inline constexpr int udplite_recv_cscov = absent;

// No receive tells the whole size of a message that is cut.
inline constexpr int msg_whole_size = 0;

// What Unix sockets have.
inline constexpr bool unix_has_seqpacket = !is_macos;
inline constexpr bool unix_has_abstract_names = is_linux;
inline constexpr bool unix_has_autobind = false;
inline constexpr bool unix_has_modes = false;

} // namespace ferrule::sys

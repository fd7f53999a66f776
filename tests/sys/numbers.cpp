// SPDX-License-Identifier: MIT
#include <ferrule/sys/numbers.hpp>

#include <array>
#include <cstddef>
#include <doctest/doctest.h>
#include <linux/icmp.h>
#include <linux/in6.h>
#include <linux/mptcp.h>
#include <linux/udp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <type_traits>

#include <ferrule/opt/unix.hpp>
#include <ferrule/sys/flow_label.hpp>

using namespace ferrule;

// The numbers are those of the headers that have them, or absent. Three are in no header: those of
// udplite(7), and SO_PEERPIDFD, which is younger.
#define SAME(ours, theirs)                                                                         \
    static_assert(static_cast<int>(sys::ours) == static_cast<int>(theirs) ||                       \
                  static_cast<int>(sys::ours) == sys::absent)

SAME(af_unspec, AF_UNSPEC);
SAME(af_inet, AF_INET);
SAME(af_inet6, AF_INET6);
SAME(af_unix, AF_UNIX);
SAME(sock_stream, SOCK_STREAM);
SAME(sock_dgram, SOCK_DGRAM);
SAME(sock_seqpacket, SOCK_SEQPACKET);
SAME(sock_raw, SOCK_RAW);
SAME(ipproto_ip, IPPROTO_IP);
SAME(ipproto_icmp, IPPROTO_ICMP);
SAME(ipproto_tcp, IPPROTO_TCP);
SAME(ipproto_udp, IPPROTO_UDP);
SAME(ipproto_ipv6, IPPROTO_IPV6);
SAME(ipproto_icmpv6, IPPROTO_ICMPV6);
SAME(ipproto_sctp, IPPROTO_SCTP);
SAME(ipproto_udplite, IPPROTO_UDPLITE);
SAME(ipproto_mptcp, IPPROTO_MPTCP);
SAME(sol_socket, SOL_SOCKET);
SAME(sol_raw, SOL_RAW);
SAME(sol_mptcp, SOL_MPTCP);
SAME(somaxconn, SOMAXCONN);
SAME(shut_rd, SHUT_RD);
SAME(shut_wr, SHUT_WR);
SAME(shut_rdwr, SHUT_RDWR);
SAME(msg_peek, MSG_PEEK);
SAME(msg_waitall, MSG_WAITALL);
SAME(msg_trunc, MSG_TRUNC);
SAME(msg_ctrunc, MSG_CTRUNC);
SAME(msg_dontwait, MSG_DONTWAIT);
SAME(msg_nosignal, MSG_NOSIGNAL);
static_assert(sys::msg_cmsg_cloexec == MSG_CMSG_CLOEXEC || sys::msg_cmsg_cloexec == 0);
SAME(pollin, POLLIN);
SAME(pollout, POLLOUT);
SAME(so_acceptconn, SO_ACCEPTCONN);
SAME(so_broadcast, SO_BROADCAST);
SAME(so_domain, SO_DOMAIN);
SAME(so_dontroute, SO_DONTROUTE);
SAME(so_error, SO_ERROR);
SAME(so_keepalive, SO_KEEPALIVE);
SAME(so_linger, SO_LINGER);
SAME(so_protocol, SO_PROTOCOL);
SAME(so_rcvbuf, SO_RCVBUF);
SAME(so_rcvlowat, SO_RCVLOWAT);
SAME(so_reuseaddr, SO_REUSEADDR);
SAME(so_reuseport, SO_REUSEPORT);
SAME(so_sndbuf, SO_SNDBUF);
SAME(so_type, SO_TYPE);
SAME(so_bindtodevice, SO_BINDTODEVICE);
SAME(so_bindtoifindex, SO_BINDTOIFINDEX);
SAME(so_busy_poll, SO_BUSY_POLL);
SAME(so_incoming_cpu, SO_INCOMING_CPU);
SAME(so_mark, SO_MARK);
SAME(so_priority, SO_PRIORITY);
SAME(so_rcvbufforce, SO_RCVBUFFORCE);
SAME(so_sndbufforce, SO_SNDBUFFORCE);
SAME(so_timestamping, SO_TIMESTAMPING);
SAME(so_timestampns, SO_TIMESTAMPNS);
SAME(so_zerocopy, SO_ZEROCOPY);
SAME(so_cookie, SO_COOKIE);
SAME(so_passcred, SO_PASSCRED);
SAME(so_peercred, SO_PEERCRED);
SAME(so_peergroups, SO_PEERGROUPS);
SAME(ip_ttl, IP_TTL);
SAME(ip_tos, IP_TOS);
SAME(ip_hdrincl, IP_HDRINCL);
SAME(ip_recvttl, IP_RECVTTL);
SAME(ip_recvtos, IP_RECVTOS);
SAME(ip_multicast_if, IP_MULTICAST_IF);
SAME(ip_multicast_ttl, IP_MULTICAST_TTL);
SAME(ip_multicast_loop, IP_MULTICAST_LOOP);
SAME(ip_mtu_discover, IP_MTU_DISCOVER);
SAME(ip_recverr, IP_RECVERR);
SAME(ip_mtu, IP_MTU);
SAME(ip_freebind, IP_FREEBIND);
SAME(ip_transparent, IP_TRANSPARENT);
SAME(ip_recvorigdstaddr, IP_RECVORIGDSTADDR);
SAME(ip_minttl, IP_MINTTL);
SAME(ip_bind_address_no_port, IP_BIND_ADDRESS_NO_PORT);
SAME(ip_pktinfo, IP_PKTINFO);
SAME(ip_multicast_all, IP_MULTICAST_ALL);
#ifdef IP_LOCAL_PORT_RANGE
SAME(ip_local_port_range, IP_LOCAL_PORT_RANGE);
#endif
SAME(ip_pmtudisc_dont, IP_PMTUDISC_DONT);
SAME(ip_pmtudisc_want, IP_PMTUDISC_WANT);
SAME(ip_pmtudisc_do, IP_PMTUDISC_DO);
SAME(ip_pmtudisc_probe, IP_PMTUDISC_PROBE);
SAME(ip_pmtudisc_interface, IP_PMTUDISC_INTERFACE);
SAME(ip_pmtudisc_omit, IP_PMTUDISC_OMIT);
SAME(ipv6_unicast_hops, IPV6_UNICAST_HOPS);
SAME(ipv6_multicast_if, IPV6_MULTICAST_IF);
SAME(ipv6_multicast_hops, IPV6_MULTICAST_HOPS);
SAME(ipv6_multicast_loop, IPV6_MULTICAST_LOOP);
SAME(ipv6_v6only, IPV6_V6ONLY);
SAME(ipv6_checksum, IPV6_CHECKSUM);
SAME(ipv6_tclass, IPV6_TCLASS);
SAME(ipv6_dontfrag, IPV6_DONTFRAG);
SAME(ipv6_recvpktinfo, IPV6_RECVPKTINFO);
SAME(ipv6_recvhoplimit, IPV6_RECVHOPLIMIT);
SAME(ipv6_recvtclass, IPV6_RECVTCLASS);
#ifdef IPV6_FLOWINFO
SAME(ipv6_flowinfo, IPV6_FLOWINFO);
#endif
SAME(ipv6_mtu_discover, IPV6_MTU_DISCOVER);
SAME(ipv6_mtu, IPV6_MTU);
SAME(ipv6_recverr, IPV6_RECVERR);
SAME(ipv6_multicast_all, IPV6_MULTICAST_ALL);
#ifdef IPV6_FLOWLABEL_MGR
SAME(ipv6_flowlabel_mgr, IPV6_FLOWLABEL_MGR);
#endif
#ifdef IPV6_FLOWINFO_SEND
SAME(ipv6_flowinfo_send, IPV6_FLOWINFO_SEND);
#endif
SAME(ipv6_hdrincl, IPV6_HDRINCL);
SAME(ipv6_autoflowlabel, IPV6_AUTOFLOWLABEL);
SAME(ipv6_minhopcount, IPV6_MINHOPCOUNT);
SAME(ipv6_recvorigdstaddr, IPV6_RECVORIGDSTADDR);
SAME(ipv6_transparent, IPV6_TRANSPARENT);
SAME(ipv6_unicast_if, IPV6_UNICAST_IF);
SAME(ipv6_freebind, IPV6_FREEBIND);
SAME(mcast_join_group, MCAST_JOIN_GROUP);
SAME(mcast_leave_group, MCAST_LEAVE_GROUP);
SAME(mcast_join_source_group, MCAST_JOIN_SOURCE_GROUP);
SAME(mcast_leave_source_group, MCAST_LEAVE_SOURCE_GROUP);
SAME(icmp_filter, ICMP_FILTER);
SAME(icmp6_filter, ICMP6_FILTER);
SAME(tcp_nodelay, TCP_NODELAY);
SAME(tcp_maxseg, TCP_MAXSEG);
SAME(tcp_keepidle, TCP_KEEPIDLE);
SAME(tcp_keepintvl, TCP_KEEPINTVL);
SAME(tcp_keepcnt, TCP_KEEPCNT);
SAME(tcp_cork, TCP_CORK);
SAME(tcp_syncnt, TCP_SYNCNT);
SAME(tcp_linger2, TCP_LINGER2);
SAME(tcp_defer_accept, TCP_DEFER_ACCEPT);
SAME(tcp_window_clamp, TCP_WINDOW_CLAMP);
SAME(tcp_info, TCP_INFO);
SAME(tcp_quickack, TCP_QUICKACK);
SAME(tcp_congestion, TCP_CONGESTION);
SAME(tcp_thin_linear_timeouts, TCP_THIN_LINEAR_TIMEOUTS);
SAME(tcp_user_timeout, TCP_USER_TIMEOUT);
SAME(tcp_fastopen, TCP_FASTOPEN);
SAME(tcp_notsent_lowat, TCP_NOTSENT_LOWAT);
SAME(tcp_save_syn, TCP_SAVE_SYN);
SAME(tcp_saved_syn, TCP_SAVED_SYN);
SAME(tcp_fastopen_connect, TCP_FASTOPEN_CONNECT);
SAME(mptcp_info, MPTCP_INFO);
SAME(udp_cork, UDP_CORK);
SAME(udp_no_check6_tx, UDP_NO_CHECK6_TX);
SAME(udp_no_check6_rx, UDP_NO_CHECK6_RX);
SAME(udp_segment, UDP_SEGMENT);
SAME(udp_gro, UDP_GRO);

#undef SAME

static_assert(sizeof(sys::FlowLabelRequest) == sizeof(in6_flowlabel_req) &&
              offsetof(sys::FlowLabelRequest, label) == offsetof(in6_flowlabel_req, flr_label) &&
              offsetof(sys::FlowLabelRequest, action) == offsetof(in6_flowlabel_req, flr_action) &&
              offsetof(sys::FlowLabelRequest, share) == offsetof(in6_flowlabel_req, flr_share) &&
              offsetof(sys::FlowLabelRequest, flags) == offsetof(in6_flowlabel_req, flr_flags));
static_assert(sys::flow_label_get == IPV6_FL_A_GET && sys::flow_label_any == IPV6_FL_S_ANY &&
              sys::flow_label_create == IPV6_FL_F_CREATE);
static_assert(sizeof(opt::Credentials) == sizeof(ucred) &&
              offsetof(opt::Credentials, process) == offsetof(ucred, pid) &&
              offsetof(opt::Credentials, user) == offsetof(ucred, uid) &&
              offsetof(opt::Credentials, group) == offsetof(ucred, gid));

TEST_CASE("what every system has is not absent, and what only Linux has is there on Linux") {
    for (const int number : {sys::af_inet, sys::af_inet6, sys::af_unix, sys::sock_stream,
                             sys::sock_dgram, sys::sol_socket, sys::so_reuseaddr, sys::ip_ttl,
                             sys::ipv6_unicast_hops, sys::ipv6_v6only, sys::tcp_nodelay}) {
        CHECK(number != sys::absent);
    }
    for (const int number : {sys::so_passcred, sys::ip_freebind, sys::ipv6_freebind, sys::tcp_cork,
                             sys::udp_segment, sys::ipproto_mptcp}) {
        CHECK((number != sys::absent) == (FERRULE_HAS_EPOLL == 1));
    }
}

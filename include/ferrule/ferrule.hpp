// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The whole house, floor by floor, but the bridges (fmt.hpp, signals.hpp), each of which costs
/// what it costs.

// Each after what it builds on, so that a compiler that quotes one names few others.
// clang-format off

// 1: words
#include "language.hpp"
#include "one_of.hpp"
#include "text.hpp"
#include "error.hpp"
#include "result.hpp"
#include "bytes.hpp"
#include "endian.hpp"
#include "duration.hpp"
#include "version.hpp"

// 2: tags and rules
#include "type.hpp"
#include "protocol.hpp"
#include "family.hpp"
#include "legal.hpp"

// 3: addresses
#include "address/octets.hpp"
#include "address/special.hpp"
#include "address/range.hpp"
#include "address/ipv4.hpp"
#include "address/ipv6.hpp"
#include "address/ip.hpp"
#include "network.hpp"
#include "endpoint/ipv4.hpp"
#include "endpoint/ipv6.hpp"
#include "endpoint/unix.hpp"
#include "endpoint/ip.hpp"
#include "endpoint/any.hpp"

// 4: the kernel
#include "sys/call.hpp"
#include "sys/descriptor.hpp"
#include "sys/socket.hpp"
#include "sys/transfer.hpp"
#include "sys/option.hpp"
#include "sys/clock.hpp"
#include "sys/poll.hpp"
#include "sys/event.hpp"
#include "sys/interface.hpp"
#include "sys/resolver.hpp"
#include "sys/thread.hpp"
#include "sys/sock_diag.hpp"
#include "sys/epoll.hpp"
#include "sys/file.hpp"
#include "sys/flags.hpp"
#include "sys/process.hpp"

// 5: sockets
#include "deadline.hpp"
#include "stop.hpp"
#include "wait.hpp"
#include "state.hpp"
#include "opt/setting.hpp"
#include "opt/socket.hpp"
#include "opt/tcp.hpp"
#include "opt/ip.hpp"
#include "opt/udp.hpp"
#include "opt/unix.hpp"
#include "opt/raw.hpp"
#include "handle.hpp"
#include "named.hpp"
#include "transfer.hpp"
#include "pieces.hpp"
#include "stream_transfer.hpp"
#include "message_transfer.hpp"
#include "connection.hpp"
#include "connecting.hpp"
#include "listener.hpp"
#include "bound.hpp"
#include "socket.hpp"
#include "byte_stream.hpp"
#include "names.hpp"
#include "child_stop.hpp"
#include "adopt.hpp"

// 6: on top
#include "host_port.hpp"
#include "resolve.hpp"
#include "dial.hpp"
#include "tcp_state.hpp"
#include "tcp_info.hpp"
#include "socket_table.hpp"
#include "multicast.hpp"
#include "interfaces.hpp"
#include "backoff.hpp"
#include "conversations.hpp"
#include "poller.hpp"
#include "path_listener.hpp"
#include "activation.hpp"

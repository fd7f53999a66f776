// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The whole house, floor by floor, but the bridges (fmt.hpp, signals.hpp), each of which costs
/// what it costs.

// Each after what it builds on, so that a compiler that quotes one names few others.
// clang-format off

// 1: words
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
#include "system/call.hpp"
#include "system/descriptor.hpp"
#include "system/socket.hpp"
#include "system/transfer.hpp"
#include "system/option.hpp"
#include "system/clock.hpp"
#include "system/poll.hpp"
#include "system/event.hpp"
#include "system/interface.hpp"
#include "system/resolver.hpp"
#include "system/thread.hpp"
#include "system/sock_diag.hpp"
#include "system/epoll.hpp"
#include "system/file.hpp"
#include "system/flags.hpp"

// 5: sockets
#include "deadline.hpp"
#include "stop.hpp"
#include "wait.hpp"
#include "state.hpp"
#include "option.hpp"
#include "option/socket.hpp"
#include "option/tcp.hpp"
#include "option/ip.hpp"
#include "option/udp.hpp"
#include "option/unix.hpp"
#include "option/raw.hpp"
#include "handle.hpp"
#include "named.hpp"
#include "transfer.hpp"
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

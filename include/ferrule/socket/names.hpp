// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Short names for what most programs use.

#include "../tag/protocol.hpp"
#include "../tag/type.hpp"
#include "bound.hpp"
#include "connection.hpp"
#include "listener.hpp"

namespace ferrule {

/// Accepts TCP connections. The three sockets of most programs have names of their own.
template <class Family> using TcpListener = Listener<Family, Stream, Tcp>;

/// A conversation over TCP.
template <class Family> using TcpConnection = Connection<Family, Stream, Tcp>;

/// Sends and receives UDP datagrams.
template <class Family> using UdpSocket = Bound<Family, Datagram, Udp>;

} // namespace ferrule

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

template <class Family> using TcpListener = Listener<Family, Stream, Tcp>;

template <class Family> using TcpConnection = Connection<Family, Stream, Tcp>;

template <class Family> using UdpSocket = Bound<Family, Datagram, Udp>;

} // namespace ferrule

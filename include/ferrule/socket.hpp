// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// All of socket/: the five states of a socket, and what can be done in each.

#include "socket/adopt.hpp"
#include "socket/backlog.hpp"
#include "socket/bound.hpp"
#include "socket/connecting.hpp"
#include "socket/connection.hpp"
#include "socket/duplicate.hpp"
#include "socket/handle.hpp"
#include "socket/listener.hpp"
#include "socket/message_transfer.hpp"
#include "socket/named.hpp"
#include "socket/names.hpp"
#include "socket/peer.hpp"
#include "socket/pieces.hpp"
#include "socket/socket.hpp"
#include "socket/stream_transfer.hpp"

// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// All of inspect/: what the kernel knows of interfaces and of TCP sockets.

#include "inspect/interfaces.hpp"
#include "inspect/socket_table.hpp"
#include "inspect/tcp_info.hpp"
#include "inspect/tcp_state.hpp"

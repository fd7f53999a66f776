// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// All of opt/: the options of sockets.

#include "opt/encoding.hpp"
#include "opt/flow_label.hpp"
#include "opt/ip.hpp"
#include "opt/keep_alive.hpp"
#include "opt/message.hpp"
#include "opt/multicast.hpp"
#include "opt/raw.hpp"
#include "opt/rules.hpp"
#include "opt/setting.hpp"
#include "opt/socket.hpp"
#include "opt/tcp.hpp"
#include "opt/udp.hpp"
#include "opt/unix.hpp"

// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// All of message/: what goes with messages: control messages, flags, groups.

#include "message/control.hpp"
#include "message/error_queue.hpp"
#include "message/flags.hpp"
#include "message/multicast.hpp"
#include "message/receive.hpp"
#include "message/send.hpp"

// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// All of message/: what goes with messages: control messages, flags, groups.

#include "message/batch.hpp"
#include "message/batched_message.hpp"
#include "message/control.hpp"
#include "message/control/packet.hpp"
#include "message/control/process.hpp"
#include "message/control/queue.hpp"
#include "message/control/rights.hpp"
#include "message/control/rules.hpp"
#include "message/control/segments.hpp"
#include "message/control/time.hpp"
#include "message/error_queue.hpp"
#include "message/flags.hpp"
#include "message/multicast.hpp"
#include "message/peers.hpp"
#include "message/receive.hpp"
#include "message/received.hpp"
#include "message/scatter.hpp"
#include "message/segments.hpp"
#include "message/send.hpp"

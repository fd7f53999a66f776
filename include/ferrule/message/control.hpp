// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Control messages: what travels with the data of a message without being data. message/send.hpp
/// and message/receive.hpp send and receive them.

#include "control/packet.hpp"
#include "control/process.hpp"
#include "control/queue.hpp"
#include "control/rights.hpp"
#include "control/rules.hpp"
#include "control/segments.hpp"
#include "control/time.hpp"

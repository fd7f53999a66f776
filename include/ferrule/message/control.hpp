// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Control messages: what travels with the data of a message without being data. message/send.hpp
/// and message/receive.hpp send and receive them.

#include "control/packet.hpp"   // IWYU pragma: export
#include "control/process.hpp"  // IWYU pragma: export
#include "control/queue.hpp"    // IWYU pragma: export
#include "control/rights.hpp"   // IWYU pragma: export
#include "control/rules.hpp"    // IWYU pragma: export
#include "control/segments.hpp" // IWYU pragma: export
#include "control/time.hpp"     // IWYU pragma: export

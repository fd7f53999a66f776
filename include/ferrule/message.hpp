// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// All of message/: what goes with messages: groups.

#include "message/multicast.hpp"

// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// All of tag/: families, types, protocols, states, and which of them make a socket.

#include "tag/family.hpp"
#include "tag/legal.hpp"
#include "tag/packet.hpp"
#include "tag/protocol.hpp"
#include "tag/state.hpp"
#include "tag/type.hpp"
#include "tag/vsock.hpp"

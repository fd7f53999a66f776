// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Names for the states of a socket, so that an option can say in which of them it works.

#include "../core/language.hpp"

namespace ferrule::state {

struct Socket {};     ///< Opened, without a name.
struct Bound {};      ///< With a local endpoint.
struct Listener {};   ///< Accepts connections.
struct Connecting {}; ///< On the way to a connection.
struct Connection {}; ///< With a peer.

} // namespace ferrule::state

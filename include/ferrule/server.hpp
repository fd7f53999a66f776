// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// All of server/: what servers need besides: pauses, ends, many sockets, paths, service managers.

#include "server/activation.hpp"
#include "server/backoff.hpp"
#include "server/conversations.hpp"
#include "server/path_listener.hpp"
#include "server/poller.hpp"

// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Everything but bridge/ (bridge/fmt.hpp, ...), of which each header costs what it costs.

#include "address.hpp"
#include "core.hpp"
#include "endpoint.hpp"
#include "inspect.hpp"
#include "message.hpp"
#include "opt.hpp"
#include "resolve.hpp"
#include "server.hpp"
#include "socket.hpp"
#include "stream.hpp"
#include "tag.hpp"
#include "version.hpp"
#include "wait.hpp"

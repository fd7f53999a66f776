// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// All of resolve/: names of hosts, and connections to them.

#include "resolve/dial.hpp"
#include "resolve/dial_error.hpp"
#include "resolve/endpoints.hpp"
#include "resolve/host_port.hpp"
#include "resolve/name_of.hpp"
#include "resolve/resolve.hpp"

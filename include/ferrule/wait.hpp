// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// All of wait/: how long a call may wait, and what may end it.

#include "wait/child_stop.hpp"
#include "wait/deadline.hpp"
#include "wait/stop.hpp"
#include "wait/wait.hpp"

// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Many messages in one call.

#include "platform.hpp"

#include FERRULE_SYSTEM_BODY("batch/linux.hpp", "batch/posix.hpp") // IWYU pragma: export

// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// All of stream/: what is done with any stream of bytes.

#include "stream/byte_stream.hpp"

// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// All of stream/: what is done with any stream of bytes.

#include "stream/byte_stream.hpp"
#include "stream/faulty_stream.hpp"
#include "stream/file_transfer.hpp"
#include "stream/frame.hpp"
#include "stream/outbox.hpp"
#include "stream/reader.hpp"
#include "stream/writer.hpp"
#include "stream/zero_copy.hpp"

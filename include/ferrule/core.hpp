// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// All of core/: lists of types, sentences, values or errors, bytes, times.

#include "core/at_run_time.hpp"
#include "core/bytes.hpp"
#include "core/description.hpp"
#include "core/duration.hpp"
#include "core/endian.hpp"
#include "core/errc.hpp"
#include "core/error.hpp"
#include "core/failure.hpp"
#include "core/language.hpp"
#include "core/one_of.hpp"
#include "core/operation.hpp"
#include "core/optional_size.hpp"
#include "core/result.hpp"
#include "core/text.hpp"

// SPDX-License-Identifier: MIT
//
// Read once for all unit tests: what many of them include and is not ours. Each test includes what
// it needs all the same.
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

// SPDX-License-Identifier: MIT
#include <ferrule/sys/process.hpp>

#include <doctest/doctest.h>
#include <string>

#include "../support/in_child.hpp"

using namespace ferrule;

TEST_CASE("an object knows whether it is in the process that made it") {
    const sys::Maker maker;
    CHECK(maker.is_this_process());
    CHECK(in_child([&] {
              const sys::Maker own;
              return std::string{maker.is_this_process() ? "the parent's " : "a copy "} +
                     (own.is_this_process() ? "and its own" : "and a stranger's");
          }) == "a copy and its own");
}

// SPDX-License-Identifier: MIT
#include <ferrule/wait/child_stop.hpp>

#include <chrono>
#include <deque>
#include <doctest/doctest.h>
#include <optional>
#include <poll.h>
#include <type_traits>

#include <ferrule/socket/connection.hpp>

#include "../support/descriptors.hpp"
#include "../support/failure.hpp"
#include "../support/threads.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

static_assert(!std::is_copy_constructible_v<ChildStop>);
static_assert(std::is_constructible_v<ChildStop, Stop&> &&
              !std::is_constructible_v<ChildStop, Stop>);

bool is_readable(const Stop& stop) {
    pollfd watched{stop.descriptor(), POLLIN, 0};
    return ::poll(&watched, 1, 0) == 1;
}

} // namespace

TEST_CASE("a child is requested when its parent is, and its grandparent") {
    Stop parent;
    ChildStop child{parent};
    ChildStop grandchild{child};
    CHECK_FALSE(grandchild.requested());
    CHECK_FALSE(is_readable(grandchild));
    parent.request();
    for (const Stop* stop :
         {static_cast<const Stop*>(&child), static_cast<const Stop*>(&grandchild)}) {
        CHECK(stop->requested());
        CHECK(is_readable(*stop));
        CHECK(failure_of(stop->check(Operation::accept)) == Errc::stopped);
        CHECK(stop->wait(within(1h)).has_value());
    }
    parent.reset();
    CHECK_FALSE(grandchild.requested());
    CHECK_FALSE(is_readable(grandchild));
}

TEST_CASE("a child is requested without its parent and its sisters") {
    Stop parent;
    ChildStop one{parent};
    ChildStop other{parent};
    one.request();
    CHECK(one.requested());
    CHECK(is_readable(one));
    CHECK_FALSE(parent.requested());
    CHECK_FALSE(other.requested());
    CHECK_FALSE(is_readable(other));
    one.reset();
    CHECK_FALSE(one.requested());
}

TEST_CASE("a stop has as many children, grandchildren and great-grandchildren as there is need") {
    Stop parent;
    ChildStop child{parent};
    ChildStop grandchild{child};
    std::deque<ChildStop> family;
    for (int turn = 0; turn < 110; ++turn) {
        CHECK(family.emplace_back(child).check(Operation::wait).has_value());
        CHECK(family.emplace_back(grandchild).check(Operation::wait).has_value());
    }
    for (int turn = 0; turn < 64; ++turn) { // each below the one before
        CHECK(family.emplace_back(family.back()).check(Operation::wait).has_value());
    }
    for (const auto& member : family) {
        CHECK_FALSE(is_readable(member));
    }
    parent.request();
    for (const auto& member : family) {
        CHECK(is_readable(member));
        CHECK(member.requested());
    }
}

TEST_CASE("a call that was given the child ends when the parent is requested meanwhile") {
    for (int turn = 0; turn < 100; ++turn) {
        Stop parent;
        const ChildStop child{parent};
        const auto [one, other] = Connection<Unix>::pair().value();
        Errc ended = Errc::none;
        Thread receiving{[&, &connection = one] {
            char byte[1];
            ended = failure_of(connection.receive_some(byte, within(1min, child)));
        }};
        parent.request();
        receiving.join();
        CHECK(ended == Errc::stopped);
    }
}

TEST_CASE("a child that can't be made, or whose parent could not, says so in every call") {
    Stop parent;
    std::optional<NoDescriptorLeft> none_left{std::in_place};
    const ChildStop child{parent};
    const Stop broken;
    const ChildStop of_broken{broken};
    none_left.reset();
    const ChildStop late{broken};
    const auto [one, other] = Connection<Unix>::pair().value();
    char byte[1];
    CHECK(failure_of(one.receive_some(byte, child)) == Errc::too_many_files_open);
    CHECK(failure_of(one.receive_some(byte, of_broken)) == Errc::too_many_files_open);
    CHECK(failure_of(one.receive_some(byte, late)) == Errc::too_many_files_open);
}

TEST_CASE("a child leaves no descriptor behind") {
    const Stop parent;
    const auto before = open_descriptors();
    {
        const ChildStop child{parent};
        CHECK(open_descriptors() == before + 2);
        CHECK(is_close_on_exec(child.descriptor()));
    }
    CHECK(open_descriptors() == before);
}

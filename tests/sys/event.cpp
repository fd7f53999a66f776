// SPDX-License-Identifier: MIT
#include <ferrule/sys/event.hpp>

#include <cstdint>
#include <doctest/doctest.h>
#include <poll.h>
#include <unistd.h>

#include "../support/descriptors.hpp"
#include "../support/failure.hpp"

using namespace ferrule;

namespace {

bool is_ready(const sys::Event& event) {
    pollfd watched{event.number(), POLLIN, 0};
    return ::poll(&watched, 1, 0) == 1;
}

} // namespace

TEST_CASE("an event is ready from the first time it is raised until it is cleared") {
    const auto event = sys::open_event().value();
    CHECK_FALSE(is_ready(event));
    sys::raise_event(event.raiser());
    CHECK(is_ready(event));
    sys::raise_event(event.raiser());
    CHECK(is_ready(event));
    CHECK(sys::clear_event(event.number()) == 2);
    CHECK_FALSE(is_ready(event));
    CHECK(sys::clear_event(event.number()) == 0); // returns although nothing is there
}

TEST_CASE("an event counts further than one read takes") {
    const auto event = sys::open_event().value();
    for (int times = 0; times < 1000; ++times) {
        sys::raise_event(event.raiser());
    }
    CHECK(sys::clear_event(event.number()) >= 512);
    CHECK_FALSE(is_ready(event));
}

TEST_CASE("an event that can't be raised further does not block who raises it") {
    const auto event = sys::open_event().value();
#ifdef FERRULE_SYSTEM_POSIX // a pipe has room for so many
    for (int times = 0; times < 100'000; ++times) {
        sys::raise_event(event.raiser());
    }
    CHECK(sys::clear_event(event.number()) >= 512);
#else
    const std::uint64_t most = UINT64_MAX - 1;
    REQUIRE(::write(event.number(), &most, sizeof most) == sizeof most);
#endif
    sys::raise_event(event.raiser());
    CHECK(is_ready(event));
}

TEST_CASE("an event is not inherited by programs") {
    CHECK(is_close_on_exec(sys::open_event().value().number()));
}

TEST_CASE("without a descriptor left there is no event, but an error") {
    const NoDescriptorLeft none_left;
    CHECK(sys::open_event().error() == Error{Errc::too_many_files_open, Operation::stop});
}

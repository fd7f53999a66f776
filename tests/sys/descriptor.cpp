// SPDX-License-Identifier: MIT
#include <ferrule/sys/descriptor.hpp>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <type_traits>
#include <utility>

#include "../support/descriptors.hpp"
#include "../support/failure.hpp"

using namespace ferrule;

namespace {

static_assert(!std::is_copy_constructible_v<Descriptor> && !std::is_copy_assignable_v<Descriptor>);
static_assert(std::is_nothrow_move_constructible_v<Descriptor> &&
              std::is_nothrow_move_assignable_v<Descriptor>);
static_assert(!std::is_convertible_v<int, Descriptor>); // owning is said aloud
static_assert(sizeof(Descriptor) == sizeof(int));
static_assert(!Descriptor{}.is_open() && Descriptor{}.number() == -1);

int some_descriptor() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }

} // namespace

TEST_CASE("a descriptor is closed at the end of its owner") {
    const int number = some_descriptor();
    {
        const Descriptor owner{number};
        CHECK(owner.is_open());
        CHECK(owner.number() == number);
        CHECK(is_open(number));
    }
    CHECK_FALSE(is_open(number));
}

TEST_CASE("a descriptor has one owner at a time") {
    const int number = some_descriptor();
    Descriptor one{number};
    Descriptor two = std::move(one);
    CHECK_FALSE(one.is_open()); // NOLINT(bugprone-use-after-move)
    CHECK(two.number() == number);

    const int other_number = some_descriptor();
    Descriptor three{other_number};
    three = std::move(two);
    CHECK(three.number() == number);
    CHECK_FALSE(two.is_open()); // NOLINT(bugprone-use-after-move)
    CHECK_FALSE(is_open(other_number));
    CHECK(is_open(number));

    Descriptor& itself = three;
    three = std::move(itself);
    CHECK(three.number() == number);
    CHECK(is_open(number));
}

TEST_CASE("closing tells how it went, and only the first time has something to close") {
    const int number = some_descriptor();
    Descriptor owner{number};
    CHECK(owner.close().has_value());
    CHECK_FALSE(is_open(number));
    CHECK(owner.close().error() == Error{Errc::not_open, Operation::close});
}

TEST_CASE("a failed close is not tried again, the number may be a stranger's by then") {
    const int number = some_descriptor();
    Descriptor owner{number};
    ::close(number);
    CHECK(owner.close().error() == Error{Errc::bad_file_descriptor, Operation::close});
    CHECK_FALSE(owner.is_open());
    const int stranger = some_descriptor();
    CHECK(stranger == number);
    CHECK(failure_of(owner.close()) == Errc::not_open);
    CHECK(is_open(stranger));
    ::close(stranger);
}

TEST_CASE("a released descriptor stays open, a swapped one changes its owner") {
    const int number = some_descriptor();
    {
        Descriptor owner{number};
        Descriptor other;
        owner.swap(other);
        CHECK(other.release() == number);
        CHECK(other.release() == -1);
    }
    CHECK(is_open(number));
    ::close(number);
}

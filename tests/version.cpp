#include <ferrule/version.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

TEST_CASE("the version in the header is the version in meson.build") {
    CHECK(ferrule::version == MESON_VERSION);
}

TEST_CASE("the text of the version is its three numbers") {
    CHECK(ferrule::version == fmt::format("{}.{}.{}", ferrule::version_major,
                                          ferrule::version_minor, ferrule::version_patch));
}

// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// eventfd(2): a counter with one descriptor.

#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

#include "../../core/error.hpp"
#include "../../core/result.hpp"
#include "../descriptor.hpp"

namespace ferrule::sys {

class Event {
public:
    constexpr Event() = default;
    constexpr explicit Event(Descriptor counter) : counter_{std::move(counter)} {}

    [[nodiscard]] constexpr int number() const { return counter_.number(); }
    [[nodiscard]] constexpr int raiser() const { return counter_.number(); }

private:
    Descriptor counter_;
};

inline Result<Event> open_event(Operation operation) {
    const int number = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (number < 0) {
        return Error::from_errno(operation);
    }
    return Event{Descriptor{number}};
}

inline void raise_event(int raiser) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(raiser, &one, sizeof one);
}

inline std::uint64_t clear_event(int descriptor) {
    std::uint64_t count = 0;
    return ::read(descriptor, &count, sizeof count) == sizeof count ? count : 0;
}

} // namespace ferrule::sys

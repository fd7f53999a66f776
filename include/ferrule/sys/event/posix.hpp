// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// pipe(2): a byte for each time that it was raised, as many as the pipe has room for.

#include <cstdint>
#include <unistd.h>
#include <utility>

#include "../../core/error.hpp"
#include "../../core/result.hpp"
#include "../descriptor.hpp"
#include "../flags.hpp"

namespace ferrule::sys {

class Event {
public:
    constexpr Event() = default;
    constexpr Event(Descriptor to_read, Descriptor to_write)
        : to_read_{std::move(to_read)}, to_write_{std::move(to_write)} {}

    [[nodiscard]] constexpr int number() const { return to_read_.number(); }
    [[nodiscard]] constexpr int raiser() const { return to_write_.number(); }

private:
    Descriptor to_read_;
    Descriptor to_write_;
};

inline Result<Event> open_event(Operation operation) {
    int numbers[2];
    if (::pipe(numbers) != 0) {
        return Error::from_errno(operation);
    }
    Event event{Descriptor{numbers[0]}, Descriptor{numbers[1]}};
    for (const int number : numbers) {
        if (auto set = set_flags(number, {true, Blocking::no}); !set) {
            return set.error().during(operation);
        }
    }
    return event;
}

inline void raise_event(int raiser) {
    const char one = 1;
    [[maybe_unused]] const auto written = ::write(raiser, &one, sizeof one);
}

inline std::uint64_t clear_event(int descriptor) {
    char raised[512];
    std::uint64_t count = 0;
    for (;;) {
        const auto read = ::read(descriptor, raised, sizeof raised);
        if (read <= 0) {
            return count;
        }
        count += static_cast<std::uint64_t>(read);
    }
}

} // namespace ferrule::sys

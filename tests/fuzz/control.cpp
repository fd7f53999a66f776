// SPDX-License-Identifier: MIT
// Any bytes as control messages: the walker keeps to their bounds, and what it finds lies in them
// in order; every control message of IP is read from them or not, and no other memory is.

#include <ferrule/message/control.hpp>

#include <cstdlib>
#include <cstring>
#include <vector>

#include <ferrule/message/receive.hpp>

#include "text.hpp"

using namespace ferrule;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // A copy of exactly this size, which the sanitizer guards at both ends.
    const std::vector<std::uint8_t> bytes{data, data + size};
    const auto* at = reinterpret_cast<const char*>(bytes.data());
    const auto* const end = at + bytes.size();
    sys::ControlWalker walker{bytes.data(), bytes.size()};
    bool has_rights = false;
    for (sys::ControlMessage message; walker.next(message);) {
        require(message.data > at && message.data <= end);
        require(message.size <= static_cast<std::size_t>(end - message.data));
        at = message.data;
        std::uint64_t value = 0;
        for (std::size_t place = 0; place <= message.size + 1; ++place) {
            require(message.read(value, place) == (place + sizeof value <= message.size));
        }
        // Numbers of descriptors would be closed: those of a stranger are not ours.
        has_rights = has_rights || message.is(sys::sol_socket, sys::scm_rights) ||
                     message.is(sys::sol_socket, sys::scm_pidfd);
    }
    if (!has_rights) {
        ReceivedControls<control::PacketInfo, control::HopLimit, control::TrafficClass,
                         control::OriginalDestination, control::Timestamp, control::Priority,
                         control::Dropped, control::CoalescedSize, control::Credentials>
            controls;
        require(controls.take_over(bytes.data(), bytes.size()));
    }
    return 0;
}

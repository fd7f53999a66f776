// SPDX-License-Identifier: MIT
#include <ferrule/sys/control.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <doctest/doctest.h>
#include <string>
#include <sys/socket.h>
#include <vector>

using namespace ferrule;

namespace {

// What the C library's macros find in the same bytes: the judge of a buffer that is right.
std::vector<std::string> found_by_macros(const void* data, std::size_t size) {
    msghdr message{};
    message.msg_control = const_cast<void*>(data);
    message.msg_controllen = size;
    std::vector<std::string> found;
    for (const cmsghdr* at = CMSG_FIRSTHDR(&message); at != nullptr;
         at = CMSG_NXTHDR(&message, const_cast<cmsghdr*>(at))) {
        found.push_back(
            std::to_string(at->cmsg_level) + ":" + std::to_string(at->cmsg_type) + ":" +
            std::string(reinterpret_cast<const char*>(CMSG_DATA(at)), at->cmsg_len - CMSG_LEN(0)));
    }
    return found;
}

std::vector<std::string> found_by_walker(const void* data, std::size_t size) {
    std::vector<std::string> found;
    sys::ControlWalker walker{data, size};
    for (sys::ControlMessage message; walker.next(message);) {
        found.push_back(std::to_string(message.level) + ":" + std::to_string(message.type) + ":" +
                        std::string(message.data, message.size));
    }
    return found;
}

} // namespace

TEST_CASE("what is written is what the macros of the C library find, and the walker") {
    sys::ControlBuffer<256> buffer;
    buffer.add(1, 2, 0x01020304);
    buffer.add(3, 4, "odd", 3);
    buffer.add(5, 6, nullptr, 0);
    buffer.add(7, 8, "12345678", 8);
    const auto found = found_by_walker(buffer.data(), buffer.size());
    CHECK(found == found_by_macros(buffer.data(), buffer.size()));
    CHECK(found.size() == 4);
    CHECK(found[1] == "3:4:odd");
    CHECK(found[2] == "5:6:");
}

TEST_CASE("the room is what CMSG_SPACE says") {
    for (std::size_t size = 0; size < 100; ++size) {
        CHECK(sys::control_space(size) == CMSG_SPACE(size));
    }
}

TEST_CASE("a length that can't be right ends the walk, within the bounds") {
    for (const std::size_t length : {std::size_t{0}, std::size_t{1}, CMSG_LEN(0) - 1, CMSG_LEN(5),
                                     CMSG_LEN(100), SIZE_MAX, SIZE_MAX - 7, std::size_t{1} << 63}) {
        CAPTURE(length);
        // Exactly so many bytes, for the sanitizer to guard.
        std::vector<char> bytes(CMSG_LEN(4));
        cmsghdr header{};
        header.cmsg_len = length;
        std::memcpy(bytes.data(), &header, sizeof header);
        CHECK(found_by_walker(bytes.data(), bytes.size()).empty());
    }
}

TEST_CASE("any beginning of a buffer, at any alignment, is walked within its bounds") {
    sys::ControlBuffer<256> buffer;
    buffer.add(1, 2, 1);
    buffer.add(3, 4, "odd", 3);
    for (std::size_t size = 0; size <= buffer.size(); ++size) {
        for (std::size_t shift = 0; shift < 8; ++shift) {
            std::vector<char> bytes(size + shift + 1);
            std::memcpy(bytes.data() + shift, buffer.data(), size);
            const auto found = found_by_walker(bytes.data() + shift, size);
            CHECK(found.size() == (size < CMSG_LEN(4)                   ? 0U
                                   : size < CMSG_SPACE(4) + CMSG_LEN(3) ? 1U
                                                                        : 2U));
        }
    }
}

TEST_CASE("a value is read only where it is whole") {
    const char bytes[] = {1, 0, 0, 0, 2, 0, 0, 0, 3};
    const sys::ControlMessage message{0, 0, bytes, sizeof bytes};
    int value = 0;
    CHECK(message.read(value));
    CHECK(message.read(value, 4));
    CHECK_FALSE(message.read(value, 6));
    CHECK_FALSE(message.read(value, 9));
    CHECK_FALSE(message.read(value, 10));
    CHECK_FALSE(message.read(value, SIZE_MAX));
}

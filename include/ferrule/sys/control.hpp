// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Control messages as they lie in memory (cmsg(3), RFC 3542 section 20): how much room they take,
/// how they are written, how they are walked. The bytes may come from anywhere: every length is
/// checked before it is used.

#include <cstddef>
#include <sys/socket.h>

#include "number.hpp"
#include "platform.hpp"

namespace ferrule::sys {

/// The bytes that a control message with so much in it takes (CMSG_SPACE).
constexpr std::size_t control_space(std::size_t size) { return CMSG_SPACE(size); }

/// One of them. Borrows its data, which is not aligned.
struct ControlMessage {
    int level = 0;
    int type = 0;
    const char* data = nullptr;
    std::size_t size = 0;

    [[nodiscard]] bool is(int of_level, int of_type) const {
        return level == of_level && type == of_type;
    }

    /// Whether there is a whole `Value` at this place of the data; writes it to `value` then.
    template <class Value> [[nodiscard]] bool read(Value& value, std::size_t at = 0) const {
        if (size < at || size - at < sizeof value) {
            return false;
        }
        __builtin_memcpy(&value, data + at, sizeof value);
        return true;
    }
};

/// Walks the control messages in these bytes: `for (ControlMessage message;
/// walker.next(message);)`. Ends at the first whose length can't be right.
class ControlWalker {
public:
    ControlWalker(const void* data, std::size_t size)
        : at_{static_cast<const char*>(data)}, left_{size} {}

    [[nodiscard]] bool next(ControlMessage& message) {
        constexpr std::size_t head = CMSG_LEN(0);
        cmsghdr header;
        if (left_ < head) {
            return false;
        }
        __builtin_memcpy(&header, at_, sizeof header);
        const auto length = number_as<std::size_t>(header.cmsg_len);
        if (length < head || length > left_) {
            return false;
        }
        message = {header.cmsg_level, header.cmsg_type, at_ + head, length - head};
        const std::size_t whole = control_space(length - head);
        at_ += whole < left_ ? whole : left_;
        left_ -= whole < left_ ? whole : left_;
        return true;
    }

private:
    const char* at_;
    std::size_t left_;
};

/// Room for control messages of so many bytes, aligned as the kernel wants it, and what was written
/// there.
template <std::size_t capacity> class ControlBuffer {
public:
    [[nodiscard]] void* data() { return bytes_; }
    [[nodiscard]] const void* data() const { return bytes_; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] static constexpr std::size_t room() { return capacity; }

    void clear() { size_ = 0; }

    /// One more. The room must be there.
    void add(int level, int type, const void* data, std::size_t size) {
        cmsghdr header{};
        header.cmsg_level = level;
        header.cmsg_type = type;
        header.cmsg_len = CMSG_LEN(size);
        char* const to = bytes_ + size_;
        __builtin_memset(to, 0, control_space(size)); // the kernel is given no padding of ours
        __builtin_memcpy(to, &header, sizeof header);
        if (size != 0) {
            __builtin_memcpy(to + CMSG_LEN(0), data, size);
        }
        size_ += control_space(size);
    }
    template <class Value> void add(int level, int type, const Value& value) {
        add(level, type, &value, sizeof value);
    }

private:
    alignas(cmsghdr) char bytes_[capacity == 0 ? 1 : capacity];
    std::size_t size_ = 0;
};

} // namespace ferrule::sys

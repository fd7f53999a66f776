// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// SCM_RIGHTS (unix(7)): descriptors that go to another process.

#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <utility>

#include "../../core/error.hpp"
#include "../../core/one_of.hpp"
#include "../../core/result.hpp"
#include "../../opt/setting.hpp"
#include "../../sys/control.hpp"
#include "../../sys/descriptor.hpp"
#include "../../sys/numbers.hpp"
#include "../../tag/family.hpp"
#include "rules.hpp"

namespace ferrule::control {

/// Descriptors that came, owned: up to `capacity`, close-on-exec, in the order in which they were
/// sent. Those that are not taken out are closed when this object goes.
template <std::size_t capacity> class OwnedRights {
public:
    OwnedRights() = default;
    OwnedRights(OwnedRights&& other) noexcept
        : descriptors_{std::move(other.descriptors_)}, size_{std::exchange(other.size_, 0)} {}
    OwnedRights& operator=(OwnedRights&& other) noexcept {
        descriptors_ = std::move(other.descriptors_);
        size_ = std::exchange(other.size_, 0);
        return *this;
    }
    OwnedRights(const OwnedRights&) = delete;
    OwnedRights& operator=(const OwnedRights&) = delete;
    ~OwnedRights() = default;

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    /// `at` is below size(). `std::move(rights[0])` takes the descriptor out.
    [[nodiscard]] Descriptor& operator[](std::size_t at) { return descriptors_[at]; }
    [[nodiscard]] const Descriptor& operator[](std::size_t at) const { return descriptors_[at]; }
    [[nodiscard]] Descriptor* begin() { return descriptors_.data(); }
    [[nodiscard]] Descriptor* end() { return descriptors_.data() + size_; }

    /// Whether there was room; without room the descriptor is closed.
    bool add(Descriptor descriptor) {
        if (size_ == capacity) {
            return false;
        }
        descriptors_[size_++] = std::move(descriptor);
        return true;
    }

private:
    std::array<Descriptor, capacity> descriptors_{};
    std::size_t size_ = 0;
};

/// The most that one message takes (SCM_MAX_FD of the kernel).
inline constexpr std::size_t most_rights = 253;

/// To send: descriptors that are borrowed, `Rights{file, socket.descriptor()}`, or at run time
/// `Rights{std::span{numbers}}`; the receiver gets descriptors of its own for the same files. To
/// receive: `Rights<4>` takes up to four, and owns them (OwnedRights). More than four, or more than
/// this process may open, is `control_truncated`, and all of them are closed.
///
/// A stream gives them with the byte that they were sent with.
template <std::size_t capacity> class Rights : public Anywhere {
public:
    static_assert(capacity > 0 && capacity <= most_rights, "one message takes 1 to 253");
    using families = OneOf<Unix>;
    using received_type = OwnedRights<capacity>;
    static constexpr bool can_be_sent = true;
    static constexpr bool can_be_received = true;
    static constexpr bool on_this_system = true;
    static constexpr std::size_t room = sys::control_space(capacity * sizeof(int));

    template <std::same_as<int>... Numbers>
        requires(sizeof...(Numbers) == capacity)
    constexpr explicit Rights(Numbers... numbers) : numbers_{numbers...}, size_{capacity} {}

    /// More than 253 are `invalid_argument` when they are sent, and none goes out.
    constexpr explicit Rights(std::span<const int> numbers)
        requires(capacity == most_rights)
        : size_{numbers.size()} {
        for (std::size_t at = 0; at < size_ && at < capacity; ++at) {
            numbers_[at] = numbers[at];
        }
    }

    template <class Buffer> [[nodiscard]] Result<void> write(Buffer& to, opt::Target) const {
        if (size_ > capacity) {
            return Error{Errc::invalid_argument, Operation::send};
        }
        if (size_ != 0) {
            to.add(sys::sol_socket, sys::scm_rights, numbers_, size_ * sizeof(int));
        }
        return {};
    }

private:
    int numbers_[capacity]{};
    std::size_t size_;
};
template <std::same_as<int>... Numbers> Rights(Numbers...) -> Rights<sizeof...(Numbers)>;
Rights(std::span<const int>) -> Rights<most_rights>;

} // namespace ferrule::control

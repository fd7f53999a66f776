// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The endpoints of a name.

#include <cstddef>
#include <new>
#include <utility>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../endpoint/base.hpp"
#include "../endpoint/ip.hpp"   // IWYU pragma: export
#include "../endpoint/ipv4.hpp" // IWYU pragma: export
#include "../endpoint/ipv6.hpp" // IWYU pragma: export

namespace ferrule {

namespace detail {

// Return type of a range over temporary endpoints: its name is the message.
struct gone_at_once_so_keep_the_endpoints_in_a_variable {};

} // namespace detail

/// The endpoints of a name, the preferred one first. A range; owns heap memory.
template <class Family> class Endpoints {
public:
    Endpoints() = default;
    Endpoints(const Endpoints&) = delete;
    Endpoints& operator=(const Endpoints&) = delete;
    Endpoints(Endpoints&& other) noexcept
        : first_{std::exchange(other.first_, nullptr)}, size_{std::exchange(other.size_, 0)} {}
    Endpoints& operator=(Endpoints&& other) noexcept {
        std::swap(first_, other.first_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~Endpoints() { delete[] first_; }

    [[nodiscard]] const Endpoint<Family>* begin() const& { return first_; }
    [[nodiscard]] const Endpoint<Family>* end() const& { return first_ + size_; }
    [[nodiscard]] const Endpoint<Family>* data() const& { return first_; }
    detail::gone_at_once_so_keep_the_endpoints_in_a_variable begin() const&& = delete;
    detail::gone_at_once_so_keep_the_endpoints_in_a_variable end() const&& = delete;
    detail::gone_at_once_so_keep_the_endpoints_in_a_variable data() const&& = delete;
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] const Endpoint<Family>& operator[](std::size_t at) const& { return first_[at]; }
    [[nodiscard]] Endpoint<Family> operator[](std::size_t at) const&& { return first_[at]; }

    /// Room for so many; `not_enough_memory`.
    [[nodiscard]] static Result<Endpoints> with_room(std::size_t capacity) {
        Endpoints made;
        made.first_ = new (std::nothrow) Endpoint<Family>[capacity];
        if (made.first_ == nullptr) {
            return Error{Errc::not_enough_memory, Operation::resolve};
        }
        return made;
    }

    /// Adds one, unless it is there already. There must be room.
    void add(const Endpoint<Family>& endpoint) {
        for (const auto& known : *this) {
            if (known == endpoint) {
                return;
            }
        }
        first_[size_++] = endpoint;
    }

private:
    Endpoint<Family>* first_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace ferrule

// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A range of consecutive addresses.

#include <cstddef>

#include "base.hpp"

namespace ferrule {

/// From one address to another of the same family, both included; never empty. It has no size(),
/// which would not fit into a number for IPv6.
template <class Family> class AddressRange {
public:
    /// Over the addresses, in order.
    class iterator {
    public:
        using value_type = Address<Family>;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() = default;
        constexpr iterator(Address<Family> at, Address<Family> last, bool is_past)
            : at_{at}, last_{last}, is_past_{is_past} {}

        constexpr const Address<Family>& operator*() const { return at_; }
        constexpr const Address<Family>* operator->() const { return &at_; }

        constexpr iterator& operator++() {
            // The last address may be the last that there is.
            if (at_ == last_) {
                is_past_ = true;
            } else {
                at_ = *at_.next();
            }
            return *this;
        }
        constexpr iterator operator++(int) {
            const iterator before = *this;
            ++*this;
            return before;
        }

        friend constexpr bool operator==(const iterator& one, const iterator& other) {
            return one.at_ == other.at_ && one.is_past_ == other.is_past_;
        }

    private:
        Address<Family> at_;
        Address<Family> last_;
        bool is_past_ = false;
    };

    /// `first` must not lie behind `last`.
    constexpr AddressRange(Address<Family> first, Address<Family> last)
        : first_{first}, last_{last} {}

    [[nodiscard]] constexpr iterator begin() const { return {first_, last_, false}; }
    [[nodiscard]] constexpr iterator end() const { return {last_, last_, true}; }
    [[nodiscard]] constexpr const Address<Family>& front() const { return first_; }
    [[nodiscard]] constexpr const Address<Family>& back() const { return last_; }

    [[nodiscard]] constexpr bool contains(const Address<Family>& address) const {
        return first_ <= address && address <= last_;
    }

private:
    Address<Family> first_;
    Address<Family> last_;
};

} // namespace ferrule

// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Options of Raw sockets (raw(7), icmp(7), RFC 3542).

#include <array>
#include <concepts>
#include <cstdint>

#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../sys/numbers.hpp"
#include "../tag/family.hpp"
#include "../tag/protocol.hpp"
#include "../tag/type.hpp"
#include "encoding.hpp"
#include "rules.hpp"
#include "setting.hpp"

namespace ferrule::opt {

/// A place for 16 bits in a packet, or -1 for none.
struct EvenOffset : Number<-1, 65534> {
    template <std::integral Given> static constexpr Fitted<int> fit(Given given) {
        const auto [value, fits] = Number::fit(given);
        return {value, fits && (value == -1 || value % 2 == 0)};
    }
};

/// IPV6_CHECKSUM: at which byte of a packet the kernel writes and checks its checksum, an even
/// number (RFC 3542 section 3.1); -1 is nowhere. ICMPv6 has it where it belongs.
struct ChecksumOffset
    : Setting<EvenOffset, Kernel<sys::ipproto_ipv6, sys::ipv6_checksum, "IPV6_CHECKSUM">> {
    using Setting::Setting;
    using families = OneOf<Ipv6>;
    using types = OneOf<Raw>;
    using protocols = EveryBut<Icmpv6>;
};

/// ICMP_FILTER, ICMP6_FILTER: which types of ICMP messages are received. ICMP can block types 0 to
/// 31 only and tells the others as received, ICMPv6 all 256.
struct IcmpFilter : Everywhere {
    using types = OneOf<Raw>;
    using protocols = OneOf<Icmp, Icmpv6>;
    using of_icmp = Kernel<sys::sol_raw, sys::icmp_filter, "ICMP_FILTER">; // SOL_RAW
    using of_icmpv6 = Kernel<sys::ipproto_icmpv6, sys::icmp6_filter, "ICMP6_FILTER">;
    using kernels = OneOf<of_icmp, of_icmpv6>;

    /// A set of types, those that are received.
    class Types {
    public:
        [[nodiscard]] static constexpr Types all() { return Types{}; }
        [[nodiscard]] static constexpr Types none() {
            Types types;
            for (std::uint32_t& word : types.blocked_) {
                word = UINT32_MAX;
            }
            return types;
        }
        /// This set and one more type.
        [[nodiscard]] constexpr Types with(std::uint8_t type) const {
            Types types = *this;
            types.blocked_[type / 32U] &= ~(1U << type % 32U);
            return types;
        }
        /// This set without a type.
        [[nodiscard]] constexpr Types without(std::uint8_t type) const {
            Types types = *this;
            types.blocked_[type / 32U] |= 1U << type % 32U;
            return types;
        }
        [[nodiscard]] constexpr bool has(std::uint8_t type) const {
            return (blocked_[type / 32U] & 1U << type % 32U) == 0;
        }
        friend constexpr bool operator==(const Types&, const Types&) = default;

    private:
        friend IcmpFilter;
        std::array<std::uint32_t, 8> blocked_{};
    };
    using value_type = Types;

    constexpr explicit IcmpFilter(const Types& received) : value{received} {}

    [[nodiscard]] Result<void> set(Target target) const {
        return target.domain == sys::af_inet ? of_icmp::set(target.descriptor, value.blocked_[0])
                                             : of_icmpv6::set(target.descriptor, value.blocked_);
    }
    [[nodiscard]] static Result<Types> get(Target target) {
        Types types;
        if (target.domain == sys::af_inet) {
            const auto blocked = of_icmp::get<std::uint32_t>(target.descriptor);
            if (!blocked) {
                return blocked.error();
            }
            types.blocked_[0] = *blocked;
            return types;
        }
        const auto blocked = of_icmpv6::get<std::array<std::uint32_t, 8>>(target.descriptor);
        if (!blocked) {
            return blocked.error();
        }
        types.blocked_ = *blocked;
        return types;
    }

    Types value;
};

} // namespace ferrule::opt

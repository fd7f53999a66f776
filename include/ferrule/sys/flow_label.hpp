// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The lease of a flow label of IPv6 (IPV6_FLOWLABEL_MGR): struct in6_flowlabel_req of linux/in6.h,
/// which can't be included beside every C library's netinet/in.h.

#include <cstdint>

#include "../core/language.hpp"

namespace ferrule::sys {

/// What the option is given and gives back. Label in network order.
struct FlowLabelRequest {
    unsigned char peer[16]{};
    std::uint32_t label = 0;
    std::uint8_t action = 0;
    std::uint8_t share = 0;
    std::uint16_t flags = 0;
    std::uint16_t expires = 0;
    std::uint16_t linger = 0;
    std::uint32_t padding = 0;
};

inline constexpr std::uint8_t flow_label_get = 0;     ///< IPV6_FL_A_GET, an action
inline constexpr std::uint8_t flow_label_any = 255;   ///< IPV6_FL_S_ANY, a share: others, too
inline constexpr std::uint16_t flow_label_create = 1; ///< IPV6_FL_F_CREATE, a flag

} // namespace ferrule::sys

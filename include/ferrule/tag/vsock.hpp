// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The family between a host and its virtual machines. Only Linux has it here.

#include "../core/one_of.hpp"
#include "../sys/numbers.hpp"
#include "protocol.hpp"
#include "type.hpp"

namespace ferrule {

/// vsock(7). Which types there are depends on the hypervisor.
struct Vsock {
    static constexpr int number = sys::af_vsock;
    using types = OneOf<Stream, Datagram, SeqPacket>;
    using protocols = OneOf<Unspecified>;
};

} // namespace ferrule

// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// All of endpoint/: addresses with a port, paths and names: what a socket is bound or connected
/// to.

#include "endpoint/any.hpp"
#include "endpoint/base.hpp"
#include "endpoint/ip.hpp"
#include "endpoint/ipv4.hpp"
#include "endpoint/ipv6.hpp"
#include "endpoint/packet.hpp"
#include "endpoint/port.hpp"
#include "endpoint/unix.hpp"
#include "endpoint/vsock.hpp"

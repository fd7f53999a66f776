// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// All of address/: IP addresses, networks, and what each range of addresses is for.

#include "address/base.hpp"
#include "address/ip.hpp"
#include "address/ipv4.hpp"
#include "address/ipv6.hpp"
#include "address/network.hpp"
#include "address/parser.hpp"
#include "address/printer.hpp"
#include "address/range.hpp"
#include "address/special.hpp"

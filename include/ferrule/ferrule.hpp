// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Everything but the bridges (fmt.hpp, signals.hpp), each of which costs what it costs.

#include "address/ip.hpp"
#include "byte_stream.hpp"
#include "bytes.hpp"
#include "connecting.hpp"
#include "connection.hpp"
#include "deadline.hpp"
#include "endian.hpp"
#include "endpoint/any.hpp"
#include "error.hpp"
#include "legal.hpp"
#include "listener.hpp"
#include "names.hpp"
#include "option/socket.hpp"
#include "option/tcp.hpp"
#include "result.hpp"
#include "socket.hpp"
#include "stop.hpp"
#include "version.hpp"
#include "wait.hpp"

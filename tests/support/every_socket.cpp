// SPDX-License-Identifier: MIT
#include "every_socket.hpp"

#include <vector>

std::vector<every::SocketRow> every::every_socket() { return sockets_of(EveryKind{}); }

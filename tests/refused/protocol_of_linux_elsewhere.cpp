// SPDX-License-Identifier: MIT
// Where the kernel has no such protocol there is no socket of it: Multipath TCP is Linux's.
//
// flags: -DFERRULE_SYSTEM_POSIX
// refused: Mptcp
// refused: SocketProtocol<
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

#ifdef CONTROL
using Chosen = Tcp;
#else
using Chosen = Mptcp;
#endif

Result<Socket<Ipv4, Stream, Chosen>> open() { return Socket<Ipv4, Stream, Chosen>::open(); }

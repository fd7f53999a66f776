// SPDX-License-Identifier: MIT
// Where the kernel has no such option it can't be set: TCP_CORK is Linux's.
//
// flags: -DFERRULE_SYSTEM_POSIX
// refused by g++: OnThisSystem<Option>. .with Option = ferrule::opt::Cork
// refused by clang: ferrule::opt::Cork. does not satisfy .OnThisSystem.
#include <ferrule/opt/tcp.hpp>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

Result<void> set(const Socket<Ipv4, Stream>& socket) {
#ifdef CONTROL
    return socket.set(opt::NoDelay{true});
#else
    return socket.set(opt::Cork{true});
#endif
}

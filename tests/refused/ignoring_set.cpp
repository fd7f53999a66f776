// The Result may hold an error.
// refused by g++: ignoring returned value of type 'ferrule::Result<void>'.*'a Result may hold an error
// refused by clang: 'nodiscard' attribute: a Result may hold an error
// flags: -Werror=unused-result
#include <ferrule/opt/tcp.hpp>
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(const Connection<Ipv4>& connection) {
#ifdef CONTROL
    connection.set(opt::NoDelay{true}).value();
#else
    connection.set(opt::NoDelay{true});
#endif
}

// The Result may hold an error.
// refused by g++: ignoring returned value of type 'ferrule::Result<void>'.*'a Result may hold an error
// refused by clang: 'nodiscard' attribute: a Result may hold an error
// flags: -Werror=unused-result
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(Connection<Ipv4>&& connection) {
#ifdef CONTROL
    std::move(connection).close().value();
#else
    std::move(connection).close();
#endif
}

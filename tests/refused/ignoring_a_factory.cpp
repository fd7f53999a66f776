// The Result may hold an error.
// refused by g++: ignoring return value of 'static .*Connection<.*::connect\(
// refused by clang: 'nodiscard' attribute: a Result may hold an error
// flags: -Werror=unused-result
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto connection = Connection<Ipv4>::connect("127.0.0.1:7");
#else
    Connection<Ipv4>::connect("127.0.0.1:7");
#endif
}

// The Result may hold an error.
// refused by g++: ignoring return value of '.*::send_all\(.*'the bytes may not have been sent'
// refused by clang: 'nodiscard' attribute: a Result may hold an error
// flags: -Werror=unused-result
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(const Connection<Ipv4>& connection) {
#ifdef CONTROL
    connection.send_all("hello").value();
#else
    connection.send_all("hello");
#endif
}

// What is received lies in the buffer, which must outlive the call.
// refused: outlives_the_call<.*vector<char.* evaluated to '?false
#include <ferrule/socket/connection.hpp>

#include <vector>

using namespace ferrule;

void talk(const Connection<Ipv4>& connection) {
#ifdef CONTROL
    std::vector<char> buffer(64);
    connection.receive_some(buffer).value();
#else
    connection.receive_some(std::vector<char>(64)).value();
#endif
}

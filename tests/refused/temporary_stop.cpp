// Nobody could ever request a stop of a temporary.
// refused by g++: deleted function 'ferrule::Wait::Wait\(const ferrule::Stop&&\)'
// refused by clang: from '(ferrule::)?Stop' to '(ferrule::)?Wait' invokes a deleted function
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(const Connection<Ipv4>& connection, char (&buffer)[64]) {
#ifdef CONTROL
    const Stop stop;
    connection.receive_some(buffer, stop).value();
#else
    connection.receive_some(buffer, Stop{}).value();
#endif
}

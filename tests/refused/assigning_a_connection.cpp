// A descriptor has one owner.
// refused by g++: deleted function '.*ferrule::Connection<.*::operator=\(const ferrule::Connection<
// refused by clang: selected deleted operator '='
// refused by clang: Connection& operator=\(const Connection&\) = delete
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(Connection<Ipv4>& one, Connection<Ipv4>& other) {
#ifdef CONTROL
    one = std::move(other);
#else
    one = other;
#endif
}

// finish spends the connection.
// refused by g++: deleted function '.*spent_by_this_step_so_write_std_move ferrule::Connection<.*::finish\(
// refused by clang: deleted member function 'finish'
// refused by clang: spent_by_this_step_so_write_std_move finish\(
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(Connection<Ipv4>&& connection, const Stop& stop) {
#ifdef CONTROL
    std::move(connection).finish(stop).value();
#else
    connection.finish(stop).value();
#endif
}

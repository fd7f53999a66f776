// close spends the connection.
// refused by g++: deleted function 'ferrule::detail::spent_by_this_step_so_write_std_move ferrule::Handle<.*::close\(
// refused by clang: deleted member function 'close'
// refused by clang: spent_by_this_step_so_write_std_move close\(
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(Connection<Ipv4>&& socket) {
#ifdef CONTROL
    std::move(socket).close().value();
#else
    socket.close().value();
#endif
}

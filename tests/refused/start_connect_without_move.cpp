// start_connect spends the socket.
// refused by g++: deleted function 'ferrule::detail::spent_by_this_step_so_write_std_move ferrule::Socket<.*::start_connect\(
// refused by clang: deleted member function 'start_connect'
// refused by clang: spent_by_this_step_so_write_std_move start_connect\(
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk(Socket<Ipv4, Stream>&& socket) {
#ifdef CONTROL
    auto next = std::move(socket).start_connect("127.0.0.1:7").value();
#else
    auto next = socket.start_connect("127.0.0.1:7").value();
#endif
}

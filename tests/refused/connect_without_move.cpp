// connect spends the socket.
// refused by g++: deleted function 'ferrule::detail::spent_by_this_step_so_write_std_move ferrule::Socket<.*::connect\(
// refused by clang: deleted member function 'connect'
// refused by clang: spent_by_this_step_so_write_std_move connect\(
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk(Socket<Ipv4, Stream>&& socket) {
#ifdef CONTROL
    auto next = std::move(socket).connect("127.0.0.1:7").value();
#else
    auto next = socket.connect("127.0.0.1:7").value();
#endif
}

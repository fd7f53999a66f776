// bind spends the socket.
// refused by g++: deleted function 'ferrule::detail::spent_by_this_step_so_write_std_move ferrule::Socket<.*::bind\(
// refused by clang: deleted member function 'bind'
// refused by clang: spent_by_this_step_so_write_std_move bind\(
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk(Socket<Ipv4, Stream>&& socket) {
#ifdef CONTROL
    auto next = std::move(socket).bind("127.0.0.1:0").value();
#else
    auto next = socket.bind("127.0.0.1:0").value();
#endif
}

// connect spends the bound socket, too.
// refused by g++: deleted function 'ferrule::detail::spent_by_this_step_so_write_std_move ferrule::Bound<.*::connect\(
// refused by clang: deleted member function 'connect'
// refused by clang: spent_by_this_step_so_write_std_move connect\(
#include <ferrule/socket/bound.hpp>

using namespace ferrule;

void talk(Bound<Ipv4, Stream>&& socket) {
#ifdef CONTROL
    auto next = std::move(socket).connect("127.0.0.1:7").value();
#else
    auto next = socket.connect("127.0.0.1:7").value();
#endif
}

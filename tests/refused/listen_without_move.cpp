// listen spends the socket.
// refused by g++: deleted function 'ferrule::detail::spent_by_this_step_so_write_std_move ferrule::Bound<.*::listen\(
// refused by clang: deleted member function 'listen'
// refused by clang: spent_by_this_step_so_write_std_move listen\(
#include <ferrule/socket/bound.hpp>

using namespace ferrule;

void talk(Bound<Ipv4, Stream>&& socket) {
#ifdef CONTROL
    auto next = std::move(socket).listen().value();
#else
    auto next = socket.listen().value();
#endif
}

// The kernel does not say where a connect goes that is under way: adopt() needs the peer.
// refused by g++: deleted function 'ferrule::detail::on_its_way_so_adopt_it_with_its_peer ferrule::adopt\(
// refused by clang: deleted function 'adopt'
// refused by clang: on_its_way_so_adopt_it_with_its_peer adopt\(
#include <ferrule/socket/adopt.hpp>

using namespace ferrule;

void talk(int descriptor) {
#ifdef CONTROL
    auto connecting = adopt<Connecting<Ipv4>>(descriptor, "127.0.0.1:7").value();
#else
    auto connecting = adopt<Connecting<Ipv4>>(descriptor).value();
#endif
}

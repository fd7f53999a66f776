// Of the forms of dial there is one template, so the refusal is as short as elsewhere.
// refused: among<.*ferrule::Tcp[,;].*OneOf<ferrule::Udp
// refused by g++: Refused = ferrule::opt::SegmentSize
#include <ferrule/resolve/dial.hpp>

#include <ferrule/opt/tcp.hpp>
#include <ferrule/opt/udp.hpp>

using namespace ferrule;

void try_to() {
#ifdef CONTROL
    (void)dial("localhost", 80, opt::NoDelay{true});
#else
    (void)dial("localhost", 80, opt::SegmentSize{1000});
#endif
}

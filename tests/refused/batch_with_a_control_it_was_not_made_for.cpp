// A batch has room for the control messages of its own list.
// refused by g++: Choice = ferrule::control::TrafficClass; Choices = ferrule::OneOf<ferrule::control::HopLimit>
// refused by clang: among<.*TrafficClass.*OneOf<.*HopLimit> ?>'? evaluated to '?false
#include <ferrule/message/batch.hpp>
#include <ferrule/message/control.hpp>

using namespace ferrule;

void talk(Batch<Ipv4, 8, control::HopLimit>& batch) {
#ifdef CONTROL
    batch.attach(0, control::HopLimit{3});
#else
    batch.attach(0, control::TrafficClass{opt::Ecn::capable});
#endif
}

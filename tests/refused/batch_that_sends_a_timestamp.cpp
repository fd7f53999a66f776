// The kernel adds a timestamp to what is received; a program can't send one.
// refused by g++: can_be_sent .with Control = ferrule::control::Timestamp.' evaluated to 'false'
// refused by clang: Timestamp::can_be_sent' evaluated to false
#include <ferrule/message/batch.hpp>
#include <ferrule/message/control.hpp>

using namespace ferrule;

void talk(Batch<Ipv4, 8, control::Timestamp, control::HopLimit>& batch) {
#ifdef CONTROL
    batch.attach(0, control::HopLimit{3});
#else
    batch.attach(0, control::Timestamp{});
#endif
}

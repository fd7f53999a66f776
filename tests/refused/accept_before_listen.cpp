// What is only bound has no queue to accept from: accept(2) would answer EINVAL.
// refused by g++: '(const )?class ferrule::Bound<ferrule::Ipv4, ferrule::Stream[>,].*has no member named 'accept'
// refused by clang: no member named 'accept' in 'ferrule::Bound<ferrule::Ipv4, ferrule::Stream[>,]
#include <ferrule/socket/bound.hpp>

using namespace ferrule;

void talk(Bound<Ipv4, Stream>&& bound) {
#ifdef CONTROL
    auto next = std::move(bound).listen().value().accept();
#else
    auto next = bound.accept();
#endif
}

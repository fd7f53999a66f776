// Descriptors go between processes of one host: over TCP the kernel would ignore them.
// refused: among<.*ferrule::Ipv4[,;].*OneOf<ferrule::Unix
#include <ferrule/message/send.hpp>

#include <ferrule/message/control.hpp>

using namespace ferrule;

void give(const Connection<Unix>& here, [[maybe_unused]] const Connection<Ipv4>& far) {
#ifdef CONTROL
    (void)send_all(here, "a file", control::Rights{0});
#else
    (void)send_all(far, "a file", control::Rights{0});
#endif
}

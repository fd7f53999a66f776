// A protocol tag lists a type that the kernel does not have for its number.
// refused: has_types<.*evaluated to .?false
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

namespace {

struct Mine {
    static constexpr int number = IPPROTO_UDP;
#ifdef CONTROL
    using types = OneOf<Raw>;
#else
    using types = OneOf<Raw, Stream>;
#endif
    using families = OneOf<Ipv4>;
};

} // namespace

void talk() {
#ifdef CONTROL
    auto socket = Socket<Ipv4, Raw, Mine>::open();
#else
    auto socket = Socket<Ipv4, Stream, Mine>::open();
#endif
}

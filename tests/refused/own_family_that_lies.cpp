// A family tag of AF_UNIX lists a protocol that AF_UNIX does not speak.
// refused: has_what_its_number_has<.*evaluated to .?false
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

namespace {

struct Mine {
    static constexpr int number = AF_UNIX;
    using types = OneOf<Stream>;
#ifdef CONTROL
    using protocols = OneOf<Unspecified>;
#else
    using protocols = OneOf<Tcp>;
#endif
};

} // namespace

void talk() { auto socket = Socket<Mine, Stream>::open(); }

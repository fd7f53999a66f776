// An option that can be set on connections only is nothing for the way to a listener.
// refused: settable_on_the_way<
#include <ferrule/opt/socket.hpp>
#include <ferrule/server/path_listener.hpp>

using namespace ferrule;

struct OfConnections : opt::SendBuffer {
    using SendBuffer::SendBuffer;
    using set_in = OneOf<state::Connection>;
};

void serve() {
#ifdef CONTROL
    auto listener = PathListener<>::listen("/run/x.sock", opt::SendBuffer{65536});
#else
    auto listener = PathListener<>::listen("/run/x.sock", OfConnections{65536});
#endif
}

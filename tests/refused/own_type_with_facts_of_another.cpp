// SOCK_DGRAM has no connections.
// refused: SocketType
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

struct Mine {
#ifdef CONTROL
    static constexpr int number = SOCK_STREAM;
#else
    static constexpr int number = SOCK_DGRAM;
#endif
    static constexpr bool forms_connections = true;
    static constexpr bool keeps_boundaries = false;
    using families = OneOf<Ipv4>;
    using protocols = OneOf<Tcp>;
};

using Talk = Connection<Ipv4, Mine, Tcp>;

// Deleted through it, what was derived would not end.
// refused: final
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

#ifdef CONTROL
struct Mine {
    Connection<Ipv4> connection;
};
#else
struct Mine : Connection<Ipv4> {};
#endif

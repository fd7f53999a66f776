// A socket has one owner: it moves out of the Result.
// refused: std::move\(result\)\.value\(\)
#include <ferrule/socket/connection.hpp>

#include <utility>

using namespace ferrule;

Result<Connection<Ipv4>> result();

void use() {
#ifdef CONTROL
    auto r = result();
    Connection<Ipv4> c = std::move(r).value();
    (void)c.is_open();
#else
    auto r = result();
    Connection<Ipv4> c = r.value();
    (void)c.is_open();
#endif
}

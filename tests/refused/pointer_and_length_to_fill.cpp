// A buffer says how much it holds.
// refused: knows_its_length_as_std_span_does<.*evaluated to '?false
#include <ferrule/socket/connection.hpp>

#include <cstddef>
#include <span>

using namespace ferrule;

void talk(const Connection<Ipv4>& connection, char* bytes, std::size_t size) {
#ifdef CONTROL
    (void)connection.receive_some(std::span{bytes, size});
#else
    (void)connection.receive_some(bytes, size);
#endif
}

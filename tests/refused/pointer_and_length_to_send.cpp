// What is sent says how much it is.
// refused: std_span_of_the_pointer_and_its_length
#include <ferrule/socket/connection.hpp>

#include <cstddef>
#include <span>

using namespace ferrule;

void talk(const Connection<Ipv4>& connection, const char* bytes, std::size_t size) {
#ifdef CONTROL
    (void)connection.send_all(std::span{bytes, size});
#else
    (void)connection.send_all(bytes, size);
#endif
}

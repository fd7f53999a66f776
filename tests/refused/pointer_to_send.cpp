// A pointer does not say how many bytes there are.
// refused: std_span_of_the_pointer_and_its_length
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(const Connection<Ipv4>& connection, const char* text) {
#ifdef CONTROL
    connection.send_all(std::string_view{text}).value();
#else
    connection.send_all(text).value();
#endif
}

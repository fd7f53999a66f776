// What each consumer builds: a word goes from one end of a pair to the other.
#include <ferrule/ferrule.hpp>

int main() {
    auto [one, two] = ferrule::Connection<ferrule::Unix>::pair().value();
    one.send_all("hello").value();
    char buffer[5];
    return two.receive_exactly(buffer).value() == "hello" ? 0 : 1;
}

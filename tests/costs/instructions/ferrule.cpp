// A send and a receive, so many times, with ferrule.

#include <ferrule/socket/connection.hpp>

#include <cstdlib>

int main(int, char** arguments) {
    using namespace ferrule;
    const auto both = Connection<Unix>::pair();
    if (!both) {
        return 1;
    }
    const auto& [one, two] = *both;
    char buffer[64];
    for (long left = std::atol(arguments[1]); left > 0; --left) {
        if (!one.send_all("hello")) {
            return 1;
        }
        const auto received = two.receive_some(buffer);
        if (!received || received->empty()) {
            return 1;
        }
    }
}

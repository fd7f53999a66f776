// An option set and read, so many times, with ferrule.

#include <ferrule/opt/tcp.hpp>
#include <ferrule/socket/socket.hpp>

#include <cstdlib>

int main(int, char** arguments) {
    using namespace ferrule;
    const auto socket = Socket<Ipv4, Stream>::open();
    if (!socket) {
        return 1;
    }
    for (long left = std::atol(arguments[1]); left > 0; --left) {
        const int seconds = 1 + static_cast<int>(left % 100);
        if (!socket->set(opt::KeepAliveIdle{at_run_time(Seconds{seconds})})) {
            return 1;
        }
        const auto idle = socket->get<opt::KeepAliveIdle>();
        if (!idle || static_cast<int>(idle->count()) != seconds) {
            return 1;
        }
    }
}

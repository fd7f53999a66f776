// The same with the C interface: the value is seen to be in range, as the other one does, and each
// error is seen.

#include <climits>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

int main(int, char** arguments) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) {
        return 1;
    }
    for (long left = std::atol(arguments[1]); left > 0; --left) {
        const int seconds = 1 + static_cast<int>(left % 100);
        if (seconds < 1 || seconds > 32767 ||
            ::setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof seconds) != 0) {
            return 1;
        }
        int idle = 0;
        socklen_t size = sizeof idle;
        if (::getsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &idle, &size) != 0 || idle != seconds) {
            return 1;
        }
    }
}

// The same with the C interface, and the same care: signals, short writes, the end of the stream.

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <sys/socket.h>
#include <sys/types.h>

namespace {

int send_all(int descriptor, const char* data, std::size_t size) {
    while (size > 0) {
        const ssize_t sent = send(descriptor, data, size, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EINTR) {
                continue;
            }
            return -1;
        }
        data += sent;
        size -= static_cast<std::size_t>(sent);
    }
    return 0;
}

ssize_t receive_some(int descriptor, char* data, std::size_t size) {
    for (;;) {
        const ssize_t received = recv(descriptor, data, size, 0);
        if (received >= 0 || errno != EINTR) {
            return received;
        }
    }
}

} // namespace

int main(int, char** arguments) {
    int both[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) != 0) {
        return 1;
    }
    char buffer[64];
    for (long left = std::atol(arguments[1]); left > 0; --left) {
        if (send_all(both[0], "hello", 5) != 0) {
            return 1;
        }
        if (receive_some(both[1], buffer, sizeof buffer) <= 0) {
            return 1;
        }
    }
}

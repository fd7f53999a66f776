// The same with the C interface, without care.

#include <cstdlib>
#include <sys/socket.h>

int main(int, char** arguments) {
    int both[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) != 0) {
        return 1;
    }
    char buffer[64];
    for (long left = std::atol(arguments[1]); left > 0; --left) {
        if (send(both[0], "hello", 5, MSG_NOSIGNAL) < 0) {
            return 1;
        }
        if (recv(both[1], buffer, sizeof buffer, 0) <= 0) {
            return 1;
        }
    }
}

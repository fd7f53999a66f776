/* SPDX-License-Identifier: MIT
 *
 * What lesson 1 replaces: the seven steps in C, and nothing else. It looks at no error, may lose a
 * part of what it sends, dies of SIGPIPE when a client is gone, and has no port after a restart. */
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
    int listener = socket(AF_INET, SOCK_STREAM, 0); /* 1 */
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(8888)};
    inet_pton(AF_INET, "127.0.0.1", &at.sin_addr);
    bind(listener, (struct sockaddr*)&at, sizeof at); /* 2 */
    listen(listener, 128);                            /* 3 */
    for (;;) {
        int connection = accept(listener, NULL, NULL); /* 4 */
        char buffer[4096];
        ssize_t size;
        while ((size = recv(connection, buffer, sizeof buffer, 0)) > 0) /* 5 */
            send(connection, buffer, (size_t)size, 0);                  /* 6 */
        close(connection);                                              /* 7 */
    }
}

// SPDX-License-Identifier: MIT
// A library to be preloaded (ld.so(8), LD_PRELOAD) between a program and its C library. It makes
// socket calls fail as the kernel may, by a seed, and watches what no caller may get wrong.
//
//     FAULTS         absorb: short transfers, EINTR, spurious EAGAIN, ECONNABORTED, EPROTO, and a
//                            close that says EINTR. Nothing of it may show.
//                    refuse: EMFILE, ENFILE, ENOBUFS, ENOMEM. The caller is to be told.
//                    otherwise it only watches.
//     FAULTS_SEED    which calls (1)
//     FAULTS_RATE    one call in so many (6)
//     FAULTS_WHOLE   transfers of at most so many bytes are not cut short (1)
//     FAULTS_REPORT  a file to which every offence is appended, a line each, and at the exit of
//                    the program how many calls failed
//
// Offences: a descriptor closed twice, one that is not close-on-exec from birth, a send without
// MSG_NOSIGNAL, and a descriptor left at exit. Programs that the program starts are left alone.
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

enum class Mode { watch, absorb, refuse };

Mode mode_of(const char* name) {
    if (name != nullptr && std::strcmp(name, "absorb") == 0) {
        return Mode::absorb;
    }
    return name != nullptr && std::strcmp(name, "refuse") == 0 ? Mode::refuse : Mode::watch;
}

std::uint64_t number_of(const char* text, std::uint64_t otherwise) {
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Its number is out of the way: some tests want the lowest ones.
int open_report(const char* path) {
    if (path == nullptr) {
        return -1;
    }
    const int number = ::open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    const int moved = ::fcntl(number, F_DUPFD_CLOEXEC, 900);
    ::syscall(SYS_close, number);
    return moved;
}

const Mode mode = mode_of(std::getenv("FAULTS"));
const std::uint64_t seed = number_of(std::getenv("FAULTS_SEED"), 1);
const std::uint64_t rate = number_of(std::getenv("FAULTS_RATE"), 6);
const std::uint64_t whole = number_of(std::getenv("FAULTS_WHOLE"), 1);
const int report = open_report(std::getenv("FAULTS_REPORT"));

std::uint64_t rolls = 0;
std::uint64_t failed_calls = 0;

// The next number of the seed's row (splitmix64).
std::uint64_t roll() {
    std::uint64_t z = seed * 0x9e3779b97f4a7c15 +
                      __atomic_add_fetch(&rolls, 1, __ATOMIC_RELAXED) * 0xd1b54a32d192ed03;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

bool strikes(Mode when) { return mode == when && roll() % rate == 0; }

int fail(int error) {
    __atomic_add_fetch(&failed_calls, 1, __ATOMIC_RELAXED);
    errno = error;
    return -1;
}

// One of these errors, if it strikes.
template <std::size_t count> bool fails(Mode when, const int (&errors)[count]) {
    return strikes(when) && fail(errors[roll() % count]) == -1;
}

constexpr int interruption[]{EINTR};
constexpr int no_descriptor[]{EMFILE, ENFILE, ENOBUFS, ENOMEM};
constexpr int no_memory[]{ENOBUFS, ENOMEM};
constexpr int memory_alone[]{ENOMEM};

void offence(const char* what, int descriptor) {
    const int kept = errno;
    char line[200];
    const int size = std::snprintf(line, sizeof line, "offence: %s, descriptor %d of %s\n", what,
                                   descriptor, program_invocation_short_name);
    static_cast<void>(!::write(report < 0 ? 2 : report, line, static_cast<std::size_t>(size)));
    errno = kept;
}

// What was opened through this library and not closed yet.
bool is_ours[1 << 16];

int opened(int descriptor, bool close_on_exec, const char* by) {
    if (descriptor >= 0 && descriptor < int{sizeof is_ours}) {
        is_ours[descriptor] = true;
    }
    if (descriptor >= 0 && !close_on_exec) {
        offence(by, descriptor);
    }
    return descriptor;
}

void check_flag(int descriptor, int flags, int flag, const char* by) {
    if ((flags & flag) == 0) {
        offence(by, descriptor);
    }
}

// The descriptor that a poll of this thread has just called ready: only what follows a poll can be
// spuriously not ready, for whoever does not wait takes EAGAIN at its word.
[[gnu::tls_model("initial-exec")]] thread_local int ready = -1;

bool was_ready(int descriptor) {
    const bool yes = ready == descriptor;
    ready = -1;
    return yes;
}

bool option_is(int descriptor, int name, int value) {
    int own = 0;
    socklen_t size = sizeof own;
    return ::getsockopt(descriptor, SOL_SOCKET, name, &own, &size) == 0 && own == value;
}

// What befalls a transfer before it is made, if anything.
bool transfer_fails(int descriptor, int flags) {
    const bool after_poll = was_ready(descriptor);
    if (fails(Mode::absorb, interruption) || fails(Mode::refuse, no_memory)) {
        return true;
    }
    // Without MSG_DONTWAIT the caller waits in the kernel, unless the descriptor is non-blocking.
    const bool waits =
        (flags & MSG_DONTWAIT) == 0 && (::fcntl(descriptor, F_GETFL) & O_NONBLOCK) == 0;
    return (after_poll || (waits && !option_is(descriptor, SO_DOMAIN, AF_NETLINK))) &&
           strikes(Mode::absorb) && fail(EAGAIN) == -1;
}

// How much of so many bytes is transferred.
std::size_t shortened(int descriptor, std::size_t size) {
    return size > whole && size > 1 && strikes(Mode::absorb) &&
                   option_is(descriptor, SO_TYPE, SOCK_STREAM)
               ? 1 + static_cast<std::size_t>(roll()) % (size - 1)
               : size;
}

// How many of so many messages are transferred.
unsigned fewer(unsigned count) {
    return count > 1 && strikes(Mode::absorb) ? 1 + static_cast<unsigned>(roll()) % (count - 1)
                                              : count;
}

// The same of the pieces of a message: those that are left are in `pieces`.
msghdr shortened(int descriptor, const msghdr& message, iovec (&pieces)[16]) {
    msghdr less = message;
    std::size_t size = 0;
    for (std::size_t at = 0; at < message.msg_iovlen; ++at) {
        size += message.msg_iov[at].iov_len;
    }
    std::size_t left = shortened(descriptor, size);
    if (left == size || message.msg_iovlen > 16) {
        return less;
    }
    less.msg_iov = pieces;
    less.msg_iovlen = 0;
    while (left > 0) {
        const iovec& piece = message.msg_iov[less.msg_iovlen];
        const std::size_t taken = left < piece.iov_len ? left : piece.iov_len;
        pieces[less.msg_iovlen++] = {piece.iov_base, taken};
        left -= taken;
    }
    return less;
}

[[gnu::constructor]] void at_start() { ::unsetenv("LD_PRELOAD"); }

[[gnu::destructor]] void at_exit() {
    for (int descriptor = 0; descriptor < int{sizeof is_ours}; ++descriptor) {
        if (is_ours[descriptor] && ::fcntl(descriptor, F_GETFD) >= 0) {
            offence("left at exit", descriptor);
        }
    }
    if (report >= 0) {
        char line[80];
        const int size = std::snprintf(line, sizeof line, "failed: %llu\n",
                                       static_cast<unsigned long long>(failed_calls));
        static_cast<void>(!::write(report, line, static_cast<std::size_t>(size)));
    }
}

} // namespace

// The function of this name that would be called without the shim.
#define NEXT(name)                                                                                 \
    static const auto next = reinterpret_cast<decltype(&name)>(::dlsym(RTLD_NEXT, #name))

extern "C" {

int socket(int domain, int type, int protocol) noexcept {
    NEXT(socket);
    if (fails(Mode::refuse, no_descriptor)) {
        return -1;
    }
    return opened(next(domain, type, protocol), (type & SOCK_CLOEXEC) != 0,
                  "socket without SOCK_CLOEXEC");
}

int socketpair(int domain, int type, int protocol, int ends[2]) noexcept {
    NEXT(socketpair);
    if (fails(Mode::refuse, no_descriptor)) {
        return -1;
    }
    const int answer = next(domain, type, protocol, ends);
    if (answer == 0) {
        opened(ends[0], (type & SOCK_CLOEXEC) != 0, "socketpair without SOCK_CLOEXEC");
        opened(ends[1], true, "");
    }
    return answer;
}

int accept4(int descriptor, sockaddr* address, socklen_t* size, int flags) {
    NEXT(accept4);
    static constexpr int of_one_client[]{EINTR, ECONNABORTED, EPROTO};
    const bool after_poll = was_ready(descriptor);
    if (fails(Mode::absorb, of_one_client) || fails(Mode::refuse, no_descriptor) ||
        (after_poll && strikes(Mode::absorb) && fail(EAGAIN) == -1)) {
        return -1;
    }
    return opened(next(descriptor, address, size, flags), (flags & SOCK_CLOEXEC) != 0,
                  "accept4 without SOCK_CLOEXEC");
}

int accept(int descriptor, sockaddr* address, socklen_t* size) {
    NEXT(accept);
    return opened(next(descriptor, address, size), false, "accept, which has no flags");
}

int eventfd(unsigned count, int flags) noexcept {
    NEXT(eventfd);
    if (fails(Mode::refuse, no_descriptor)) {
        return -1;
    }
    return opened(next(count, flags), (flags & EFD_CLOEXEC) != 0, "eventfd without EFD_CLOEXEC");
}

int epoll_create1(int flags) noexcept {
    NEXT(epoll_create1);
    if (fails(Mode::refuse, no_descriptor)) {
        return -1;
    }
    return opened(next(flags), (flags & EPOLL_CLOEXEC) != 0, "epoll_create1 without EPOLL_CLOEXEC");
}

int bind(int descriptor, const sockaddr* address, socklen_t size) noexcept {
    NEXT(bind);
    return fails(Mode::refuse, no_memory) ? -1 : next(descriptor, address, size);
}

int listen(int descriptor, int backlog) noexcept {
    NEXT(listen);
    return fails(Mode::refuse, no_memory) ? -1 : next(descriptor, backlog);
}

int setsockopt(int descriptor, int level, int name, const void* value, socklen_t size) noexcept {
    NEXT(setsockopt);
    return fails(Mode::refuse, no_memory) ? -1 : next(descriptor, level, name, value, size);
}

int epoll_ctl(int epoll, int change, int descriptor, epoll_event* event) noexcept {
    NEXT(epoll_ctl);
    return fails(Mode::refuse, memory_alone) ? -1 : next(epoll, change, descriptor, event);
}

int flock(int descriptor, int operation) noexcept {
    NEXT(flock);
    return fails(Mode::absorb, interruption) ? -1 : next(descriptor, operation);
}

// An interrupted connect goes on by itself, except over Unix, where it has not begun. One that ends
// at once (UDP; TCP_FASTOPEN_CONNECT with a cookie) has no wait that a signal could interrupt.
int connect(int descriptor, const sockaddr* address, socklen_t size) {
    NEXT(connect);
    if (fails(Mode::refuse, no_memory)) {
        return -1;
    }
    if (!strikes(Mode::absorb)) {
        return next(descriptor, address, size);
    }
    if (option_is(descriptor, SO_DOMAIN, AF_UNIX)) {
        return fail(EINTR);
    }
    const int flags = ::fcntl(descriptor, F_GETFL);
    ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
    const int answer = next(descriptor, address, size);
    const int error = errno;
    ::fcntl(descriptor, F_SETFL, flags);
    if (answer != 0 && error == EINPROGRESS) {
        return fail(EINTR);
    }
    errno = error;
    return answer;
}

ssize_t send(int descriptor, const void* data, std::size_t size, int flags) {
    NEXT(send);
    check_flag(descriptor, flags, MSG_NOSIGNAL, "send without MSG_NOSIGNAL");
    return transfer_fails(descriptor, flags)
               ? -1
               : next(descriptor, data, shortened(descriptor, size), flags);
}

ssize_t sendto(int descriptor, const void* data, std::size_t size, int flags,
               const sockaddr* address, socklen_t address_size) {
    NEXT(sendto);
    check_flag(descriptor, flags, MSG_NOSIGNAL, "sendto without MSG_NOSIGNAL");
    return transfer_fails(descriptor, flags)
               ? -1
               : next(descriptor, data, size, flags, address, address_size);
}

ssize_t sendmsg(int descriptor, const msghdr* message, int flags) {
    NEXT(sendmsg);
    check_flag(descriptor, flags, MSG_NOSIGNAL, "sendmsg without MSG_NOSIGNAL");
    if (transfer_fails(descriptor, flags)) {
        return -1;
    }
    iovec pieces[16];
    const msghdr less = shortened(descriptor, *message, pieces);
    return next(descriptor, &less, flags);
}

ssize_t recv(int descriptor, void* data, std::size_t size, int flags) {
    NEXT(recv);
    return transfer_fails(descriptor, flags)
               ? -1
               : next(descriptor, data, shortened(descriptor, size), flags);
}

ssize_t recvfrom(int descriptor, void* data, std::size_t size, int flags, sockaddr* address,
                 socklen_t* address_size) {
    NEXT(recvfrom);
    return transfer_fails(descriptor, flags)
               ? -1
               : next(descriptor, data, size, flags, address, address_size);
}

ssize_t recvmsg(int descriptor, msghdr* message, int flags) {
    NEXT(recvmsg);
    check_flag(descriptor, flags, MSG_CMSG_CLOEXEC, "recvmsg without MSG_CMSG_CLOEXEC");
    return transfer_fails(descriptor, flags) ? -1 : next(descriptor, message, flags);
}

int sendmmsg(int descriptor, mmsghdr* messages, unsigned count, int flags) {
    NEXT(sendmmsg);
    check_flag(descriptor, flags, MSG_NOSIGNAL, "sendmmsg without MSG_NOSIGNAL");
    return transfer_fails(descriptor, flags) ? -1 : next(descriptor, messages, fewer(count), flags);
}

int recvmmsg(int descriptor, mmsghdr* messages, unsigned count, int flags, timespec* limit) {
    NEXT(recvmmsg);
    check_flag(descriptor, flags, MSG_CMSG_CLOEXEC, "recvmmsg without MSG_CMSG_CLOEXEC");
    return transfer_fails(descriptor, flags)
               ? -1
               : next(descriptor, messages, fewer(count), flags, limit);
}

ssize_t sendfile(int socket, int file, off_t* offset, std::size_t size) noexcept {
    NEXT(sendfile);
    return transfer_fails(socket, 0) ? -1 : next(socket, file, offset, shortened(socket, size));
}

// Either end may be the socket.
ssize_t splice(int from, off64_t* from_offset, int to, off64_t* to_offset, std::size_t size,
               unsigned flags) {
    NEXT(splice);
    if (fails(Mode::absorb, interruption) || fails(Mode::refuse, memory_alone)) {
        return -1;
    }
    const std::size_t less = strikes(Mode::absorb) && size > 1 ? 1 + roll() % (size - 1) : size;
    return next(from, from_offset, to, to_offset, less, flags);
}

int pipe2(int* ends, int flags) noexcept {
    NEXT(pipe2);
    if (fails(Mode::refuse, no_descriptor)) {
        return -1;
    }
    const int answer = next(ends, flags);
    if (answer == 0) {
        opened(ends[0], (flags & O_CLOEXEC) != 0, "pipe2 without O_CLOEXEC");
        opened(ends[1], (flags & O_CLOEXEC) != 0, "pipe2 without O_CLOEXEC");
    }
    return answer;
}

int ppoll(pollfd* watched, nfds_t count, const timespec* limit, const sigset_t* mask) {
    NEXT(ppoll);
    if (fails(Mode::absorb, interruption) || fails(Mode::refuse, memory_alone)) {
        return -1;
    }
    const int answer = next(watched, count, limit, mask);
    const bool stopped = count > 1 && watched[1].revents != 0;
    ready = answer > 0 && !stopped && (watched[0].revents & (POLLIN | POLLOUT)) != 0 ? watched[0].fd
                                                                                     : -1;
    return answer;
}

int epoll_wait(int epoll, epoll_event* events, int size, int milliseconds) {
    NEXT(epoll_wait);
    return fails(Mode::absorb, interruption) ? -1 : next(epoll, events, size, milliseconds);
}

int close(int descriptor) {
    NEXT(close);
    if (descriptor >= 0 && descriptor < int{sizeof is_ours}) {
        is_ours[descriptor] = false; // before it is gone: another thread may open the same number
    }
    const int answer = next(descriptor);
    if (answer != 0 && errno == EBADF) {
        offence("closed twice", descriptor);
    }
    return answer == 0 && mode != Mode::watch && fails(mode, interruption) ? -1 : answer;
}

} // extern "C"

// What main.cpp and other.cpp both do, in a namespace of their own each.

#include <ferrule/ferrule.hpp>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace {

bool two_ends_talk() {
    auto [one, two] = ferrule::Connection<ferrule::Unix>::pair().value();
    char buffer[5];
    return one.send_all("hello").has_value() && two.receive_exactly(buffer).value_or("") == "hello";
}

ferrule::Result<int> no_value() {
    return ferrule::Error{ferrule::Errc::connection_refused, ferrule::Operation::connect};
}

// With exceptions value() throws the sentence of the error.
// Without, it prints the sentence and aborts; a child process does that for us.
#if defined(__cpp_exceptions)

bool value_without_a_value_fails() {
    try {
        no_value().value();
    } catch (const ferrule::Failure& failure) {
        return failure.error() == no_value().error();
    }
    return false;
}

#else

bool value_without_a_value_fails() {
    const pid_t child = fork();
    if (child == 0) {
        close(STDERR_FILENO);
        no_value().value();
        _exit(0);
    }
    int status = 0;
    return waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
           WTERMSIG(status) == SIGABRT;
}

#endif

} // namespace

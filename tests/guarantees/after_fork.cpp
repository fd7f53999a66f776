// SPDX-License-Identifier: MIT
// What a child of fork(2) may do, what of it the parent sees, and what exec(3) leaves: what the
// README says of it, sentence by sentence.

#include "operations.hpp"

#include "../support/conversation.hpp"
#include "../support/descriptors.hpp"
#include "../support/failure.hpp"
#include "../support/folder.hpp"
#include "../support/threads.hpp"

#include <ferrule/bridge/signals.hpp>

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace ferrule;
using namespace std::chrono_literals;

// An allocator that ends a process with SIGABRT once that has promised to allocate nothing. The
// sanitizers have their own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OWN_ALLOCATOR 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define OWN_ALLOCATOR 0
#endif
#endif
#ifndef OWN_ALLOCATOR
#define OWN_ALLOCATOR 1
#endif

namespace {

bool may_allocate = true;

#if OWN_ALLOCATOR
void look_at_allocation() {
    if (!may_allocate) {
        std::abort();
    }
}
#endif

} // namespace

#if OWN_ALLOCATOR
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void __libc_free(void* memory);

void* malloc(std::size_t size) {
    look_at_allocation();
    return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
    look_at_allocation();
    return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
    look_at_allocation();
    return __libc_realloc(memory, size);
}
void free(void* memory) {
    look_at_allocation();
    __libc_free(memory);
}
}
#endif

namespace {

constexpr int killed_by = 128;

/// A forked child, which says by its exit status whether `body()` was true. It ends with this
/// object, and by itself after a minute.
class Child {
public:
    template <class Body> explicit Child(Body body) : number_{::fork()} {
        if (number_ == 0) {
            std::signal(SIGABRT, SIG_DFL); // doctest's handler is for the parent
            ::alarm(60);
            ::_exit(body() ? 0 : 1);
        }
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (number_ > 0) {
            ::kill(number_, SIGKILL);
            static_cast<void>(status());
        }
    }

    [[nodiscard]] pid_t number() const { return number_; }

    /// Its exit status when it has ended, or 128 and the signal that ended it.
    int status() {
        int status = -1;
        while (::waitpid(number_, &status, 0) < 0 && errno == EINTR) {
        }
        number_ = -1;
        return WIFSIGNALED(status) ? killed_by + WTERMSIG(status) : WEXITSTATUS(status);
    }

private:
    pid_t number_;
};

/// A child that has done something and is gone: its status.
template <class Body> int child_that(Body body) { return Child{body}.status(); }

/// Lets parent and child wait for each other; shared like every other socket.
struct Signal {
    std::pair<Connection<Unix>, Connection<Unix>> ends = Connection<Unix>::pair().value();
    bool give() const { return ends.first.send_all("x").has_value(); }
    bool await() const {
        char letter[1];
        return ends.second.receive_exactly(letter, within(60s)).has_value();
    }
};

/// What there is to receive without waiting, or why there is nothing.
template <class Family>
std::string waiting_at(const Connection<Family>& connection, Wait wait = no_wait) {
    char buffer[64];
    const auto received = connection.receive_some(buffer, wait);
    return received ? std::string{*received} : std::string{describe(received.error().code()).name};
}

bool is_readable(int descriptor) {
    pollfd watched{descriptor, POLLIN, 0};
    return ::poll(&watched, 1, 0) == 1;
}

} // namespace

TEST_CASE_TEMPLATE("a child uses and closes its copies, and the parent's go on", Family,
                   EVERY_FAMILY) {
    Conversation<Family> talk;
    CHECK(child_that([&] {
              return talk.client.send_all("from the child").has_value() &&
                     std::move(talk.client).close().has_value() &&
                     std::move(talk.server).close().has_value() &&
                     std::move(talk.listener).close().has_value();
          }) == 0);
    CHECK(waiting_at(talk.server) == "from the child");
    CHECK(waiting_at(talk.server) == "EAGAIN");
    CHECK(talk.client.send_all("from the parent").has_value());
    CHECK(waiting_at(talk.server) == "from the parent");
    CHECK(Connection<Family>::connect(talk.listener.local_endpoint().value()).has_value());
}

TEST_CASE_TEMPLATE("the peer sees the end when the last copy is closed", Family, EVERY_FAMILY) {
    Conversation<Family> talk;
    const Signal end;
    Child child{[&] { return end.await(); }};
    CHECK(std::move(talk.client).close().has_value());
    CHECK(waiting_at(talk.server, within(20ms)) == "deadline_exceeded");
    end.give();
    CHECK(child.status() == 0);
    CHECK(waiting_at(talk.server, within(60s)).empty());
}

TEST_CASE_TEMPLATE("what a child shuts down is shut down for the parent", Family, EVERY_FAMILY) {
    const Conversation<Family> talk;
    CHECK(child_that([&] { return talk.client.shutdown(Shutdown::sending).has_value(); }) == 0);
    CHECK(waiting_at(talk.server).empty());
    CHECK(failure_of(talk.client.send_all("x")) == Errc::broken_pipe);
    CHECK(talk.server.send_all("the other half goes on").has_value());
    CHECK(waiting_at(talk.client) == "the other half goes on");
}

TEST_CASE_TEMPLATE("what a child finishes is finished for the parent", Family, EVERY_FAMILY) {
    Conversation<Family> talk;
    REQUIRE(talk.server.send_all("for nobody").has_value());
    REQUIRE(talk.server.shutdown(Shutdown::sending).has_value());
    CHECK(child_that([&] { return std::move(talk.client).finish(within(60s)).has_value(); }) == 0);
    CHECK(waiting_at(talk.server).empty());
    CHECK(talk.client.is_open());
    CHECK(waiting_at(talk.client).empty());
    CHECK(failure_of(talk.client.send_all("x")) == Errc::broken_pipe);
}

TEST_CASE("an option that a child sets is set for the parent") {
    const Conversation<Ipv4> talk;
    REQUIRE_FALSE(talk.client.get<opt::NoDelay>().value());
    CHECK(child_that([&] { return talk.client.set(opt::NoDelay{true}).has_value(); }) == 0);
    CHECK(talk.client.get<opt::NoDelay>().value());
}

TEST_CASE("a child that releases a listener or completes a connect makes it blocking for both") {
    Conversation<Ipv4> talk;
    auto connecting =
        Connecting<Ipv4>::start_connect(talk.listener.local_endpoint().value()).value();
    REQUIRE_FALSE(is_blocking(talk.listener.descriptor()));
    REQUIRE_FALSE(is_blocking(connecting.descriptor()));
    CHECK(child_that([&] {
              return talk.listener.release() >= 0 && connecting.complete(within(60s)).has_value();
          }) == 0);
    CHECK(is_blocking(talk.listener.descriptor()));
    CHECK(is_blocking(connecting.descriptor()));
}

TEST_CASE("what a child aborts is reset when the parent closes it, not before") {
    for (const bool aborts : {true, false}) {
        CAPTURE(aborts);
        Conversation<Ipv4> talk;
        CHECK(child_that([&] {
                  return aborts ? std::move(talk.client).abort().has_value()
                                : std::move(talk.client).close().has_value();
              }) == 0);
        CHECK(waiting_at(talk.server) == "EAGAIN");
        CHECK(talk.client.get<opt::AbortiveClose>().value() == aborts);
        CHECK(std::move(talk.client).close().has_value());
        CHECK(waiting_at(talk.server, within(60s)) == (aborts ? "ECONNRESET" : ""));
    }
}

TEST_CASE("a stop requested in a child ends what waits in the parent, which does not know of it") {
    const Conversation<Unix> talk;
    Stop stop;
    CHECK(child_that([&] {
              stop.request();
              return stop.requested();
          }) == 0);
    CHECK_FALSE(stop.requested());
    CHECK(waiting_at(talk.client, within(60s, stop)) == "stopped");
    CHECK(stop.wait(within(60s)).has_value());
    REQUIRE(talk.server.send_all("ready").has_value());
    CHECK(waiting_at(talk.client, stop) == "ready");
}

TEST_CASE("a stop requested in the parent ends what waits in a child, which does not know of it") {
    const Conversation<Unix> talk;
    Stop stop;
    Child child{[&] {
        char buffer[8];
        return failure_of(talk.client.receive_some(buffer, within(60s, stop))) == Errc::stopped &&
               !stop.requested();
    }};
    stop.request();
    CHECK(child.status() == 0);
}

TEST_CASE("a stop that one resets does not wake the other any more") {
    Stop stop;
    stop.request();
    REQUIRE(is_readable(stop.descriptor()));
    CHECK(child_that([&] {
              stop.reset();
              return !stop.requested();
          }) == 0);
    CHECK(stop.requested());
    CHECK_FALSE(is_readable(stop.descriptor()));
}

TEST_CASE("a stop that a child makes is its own") {
    const Conversation<Unix> talk;
    Stop stop;
    CHECK(child_that([&] {
              Stop own;
              own.request();
              return own.wait(within(60s)).has_value() && !stop.requested();
          }) == 0);
    CHECK(waiting_at(talk.client, within(20ms, stop)) == "deadline_exceeded");
}

#ifndef FERRULE_SYSTEM_POSIX
TEST_CASE("a child's ChildStop of the parent's stop ends with it, and by itself without it") {
    const Conversation<Unix> talk;
    Stop stop;
    const auto ends_by_itself = [&] {
        ChildStop own{stop};
        own.request();
        return own.wait(within(60s)).has_value() && own.requested();
    };
    CHECK(child_that(ends_by_itself) == 0);
    CHECK(waiting_at(talk.client, within(20ms, stop)) == "deadline_exceeded");

    Child ends_with_it{[&] {
        char buffer[8];
        const ChildStop own{stop};
        return failure_of(talk.client.receive_some(buffer, within(60s, own))) == Errc::stopped;
    }};
    stop.request();
    CHECK(ends_with_it.status() == 0);
}
#endif

#ifndef FERRULE_SYSTEM_POSIX
TEST_CASE("a ChildStop made before is shared like any stop") {
    const Conversation<Unix> talk;
    Stop stop;
    ChildStop part{stop};
    CHECK(child_that([&] {
              part.request();
              return true;
          }) == 0);
    CHECK_FALSE(part.requested());
    CHECK(waiting_at(talk.client, within(60s, part)) == "stopped");
    CHECK(waiting_at(talk.client, within(20ms, stop)) == "deadline_exceeded");
}
#endif

TEST_CASE("a signal to a child alone stops the parent, as long as the child has its handlers") {
    const Conversation<Unix> talk;
    Stop stop;
    const StopOnSignals on_signals{stop, SIGTERM};
    Child child{[&] { return stop.wait(within(60s)).has_value() && stop.requested(); }};
    ::kill(child.number(), SIGTERM);
    CHECK(child.status() == 0);
    CHECK(waiting_at(talk.client, within(60s, stop)) == "stopped");
    CHECK_FALSE(stop.requested());
}

namespace {

/// The signals that are let through again at the end of its scope.
class Blocked {
public:
    explicit Blocked(int signal) {
        sigset_t blocked;
        sigemptyset(&blocked);
        sigaddset(&blocked, signal);
        ::pthread_sigmask(SIG_BLOCK, &blocked, &before_);
    }
    Blocked(const Blocked&) = delete;
    Blocked& operator=(const Blocked&) = delete;
    ~Blocked() { let_through(); }
    void let_through() const { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_;
};

} // namespace

TEST_CASE("a child that takes the signals over before it lets them through stops itself alone") {
    const Conversation<Unix> talk;
    Stop stop;
    const StopOnSignals on_signals{stop, SIGTERM};
    const auto has_a_stop_of_its_own = [&](const Blocked& blocked) {
        Stop own;
        const StopOnSignals on_own_signals{own, SIGTERM};
        blocked.let_through();
        return own.wait(within(60s)).has_value() && own.requested() && !stop.requested();
    };
    const auto ends_like_others = [&](const Blocked& blocked) {
        std::signal(SIGTERM, SIG_DFL);
        blocked.let_through();
        return stop.wait(within(60s)).has_value();
    };
    const auto status_after_signal = [&](auto body) {
        const Blocked blocked{SIGTERM};
        Child child{[&] { return body(blocked); }};
        ::kill(child.number(), SIGTERM); // at whichever moment
        return child.status();
    };
    CHECK(status_after_signal(has_a_stop_of_its_own) == 0);
    CHECK(status_after_signal(ends_like_others) == killed_by + SIGTERM);
    CHECK(waiting_at(talk.client, within(20ms, stop)) == "deadline_exceeded");
}

#ifndef FERRULE_SYSTEM_POSIX
TEST_CASE("what a child adds to the parent's poller is told to the parent") {
    const auto poller = Poller<int>::open().value();
    const Signal added;
    const Signal end;
    Child child{[&] {
        const auto both = Connection<Unix>::pair().value();
        return poller.add(both.first, 7, Interest::reading).has_value() &&
               both.second.send_all("x").has_value() && added.give() && end.await();
    }};
    REQUIRE(added.await());
    std::array<Ready<int>, 4> room;
    const auto ready = poller.wait(room, no_wait).value();
    REQUIRE(ready.size() == 1);
    CHECK(ready[0].key() == 7);
    end.give();
    CHECK(child.status() == 0);
}
#endif

#ifndef FERRULE_SYSTEM_POSIX
TEST_CASE("what a child removes from the parent's poller is not told to the parent") {
    const Conversation<Unix> talk;
    const auto poller = Poller<int>::open().value();
    std::array<Ready<int>, 4> room;
    REQUIRE(poller.add(talk.client, 7, Interest::reading).has_value());
    REQUIRE(talk.server.send_all("x").has_value());
    REQUIRE(poller.wait(room, no_wait).has_value());
    CHECK(child_that([&] { return poller.remove(talk.client).has_value(); }) == 0);
    CHECK(poller.wait(room, no_wait).value().empty());
}
#endif

#ifndef FERRULE_SYSTEM_POSIX
TEST_CASE("a socket of which a child has a copy is told on when the parent has closed it") {
    const Signal end;
    std::array<Ready<int>, 4> room;
    for (const bool removes : {false, true}) {
        CAPTURE(removes);
        Conversation<Unix> talk;
        const auto poller = Poller<int>::open().value();
        REQUIRE(poller.add(talk.client, 7, Interest::reading).has_value());
        Child child{[&] { return end.await(); }};
        const int number = talk.client.descriptor();
        if (removes) {
            CHECK(poller.remove(talk.client).has_value());
        }
        CHECK(std::move(talk.client).close().has_value());
        REQUIRE(talk.server.send_all("x").has_value());
        CHECK(poller.wait(room, no_wait).value().empty() == removes);
        CHECK(failure_of(poller.remove(number)) == Errc::bad_file_descriptor);
        end.give();
        CHECK(child.status() == 0);
    }
}
#endif

#ifndef FERRULE_SYSTEM_POSIX
TEST_CASE("a poller that a child opens is its own") {
    const Conversation<Unix> talk;
    const auto poller = Poller<int>::open().value();
    std::array<Ready<int>, 4> room;
    REQUIRE(poller.add(talk.client, 7, Interest::reading).has_value());
    CHECK(child_that([&] {
              const auto own = Poller<int>::open().value();
              return own.add(talk.client, 8, Interest::reading).has_value() &&
                     talk.server.send_all("x").has_value() &&
                     own.wait(room, within(60s)).has_value() && own.remove(talk.client).has_value();
          }) == 0);
    CHECK(poller.wait(room, no_wait).value()[0].key() == 7);
}
#endif

TEST_CASE("a path listener that a child closes has no path any more") {
    const TemporaryFolder folder;
    const auto endpoint = Endpoint<Unix>::path(folder.file("socket")).value();
    auto listener = PathListener<>::listen(endpoint).value();
    CHECK(child_that([] { return true; }) == 0); // one that leaves it alone
    CHECK(Connection<Unix>::connect(endpoint).has_value());
    CHECK(child_that([&] { return std::move(listener).close().has_value(); }) == 0);
    CHECK(failure_of(Connection<Unix>::connect(endpoint)) == Errc::no_such_file_or_directory);
}

TEST_CASE("what ends in a child is not counted as an end in the parent") {
    Conversations conversations;
    auto running = std::make_unique<Conversations::Running>(conversations.begin().value());
    CHECK(Child{[&] {
              running.reset(); // as at the end of a scope
              return conversations.running() == 0 && conversations.end(no_wait).value() == 0 &&
                     failure_of(conversations.begin()) == Errc::wrong_state;
          }}.status() == 0);
    CHECK(conversations.running() == 1);
    CHECK_FALSE(conversations.stop().requested());
    running.reset();
    CHECK(conversations.running() == 0);
    CHECK(conversations.end(within(10s)).value() == 0);
}

TEST_CASE("conversations that a child destroys do not wait for the parent's") {
    auto conversations = std::make_unique<Conversations>();
    const auto running = conversations->begin().value();
    CHECK(Child{[&] {
              conversations.reset();
              return true;
          }}.status() == 0);
    CHECK(conversations->running() == 1);
}

TEST_CASE("a child that destroys a membership does not leave the group for the parent") {
    const auto socket = Bound<Ipv4, Datagram>::bind("0.0.0.0:0").value();
    auto member = std::make_unique<Membership>(join(socket, "239.1.2.3", 1).value());
    CHECK(Child{[&] {
              member.reset();
              return true;
          }}.status() == 0);
    CHECK(failure_of(join(socket, "239.1.2.3", 1)) == Errc::address_in_use); // still a member
    CHECK(Child{[&] { return std::move(*member).leave().has_value(); }}.status() == 0);
    CHECK(join(socket, "239.1.2.3", 1).has_value());
}

TEST_CASE("a path stays locked as long as a child of its owner has a copy") {
    const TemporaryFolder folder;
    const auto endpoint = Endpoint<Unix>::path(folder.file("socket")).value();
    auto listener = PathListener<>::listen(endpoint).value();
    const Signal end;
    Child child{[&] { return end.await(); }};
    CHECK(std::move(listener).close().has_value());
    CHECK(failure_of(PathListener<>::listen(endpoint)) == Errc::address_in_use);
    end.give();
    CHECK(child.status() == 0);
    CHECK(PathListener<>::listen(endpoint).has_value());
}

namespace {

/// From here on this process must not allocate.
bool allocates_nothing_from_here() {
    may_allocate = false;
    return true;
}

bool every_operation_succeeds() {
    bool all = true;
    operations::that_succeed(
        [&](const char*, const auto& call) { all = call().has_value() && all; });
    return all;
}

/// What of server/, resolve/ and wait/ allocates nothing either.
bool other_calls_succeed() {
#ifndef FERRULE_SYSTEM_POSIX
    Stop stop;
    const ChildStop part{stop};
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const auto poller = Poller<int>::open().value();
    std::array<Ready<int>, 4> room;
    const std::array<Endpoint<Ip>, 1> endpoints{listener.local_endpoint().value()};
    return poller.add(listener, 1, Interest::reading).has_value() &&
           dial(endpoints, within(60s, part)).has_value() &&
           poller.wait(room, within(60s, part)).has_value();
#else
    Stop stop;
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const std::array<Endpoint<Ip>, 1> endpoints{listener.local_endpoint().value()};
    return dial(endpoints, within(60s, stop)).has_value();
#endif
}

} // namespace

TEST_CASE("a child of a process with threads may do every operation of the sockets") {
    std::atomic<bool> over = false;
    const auto hammer = [&] {
        for (std::vector<std::string> kept; !over; kept.resize(kept.size() % 100)) {
            kept.emplace_back(1 + kept.size() * 97 % 5000, 'x');
        }
    };
    const Thread one{hammer};
    const Thread two{hammer};
    for (int turn = 0; turn < 20; ++turn) {
        CHECK(child_that(
                  [] { return allocates_nothing_from_here() && every_operation_succeeds(); }) == 0);
    }
    over = true;
}

TEST_CASE("a poller, a child stop and a dial of numbers allocate nothing in a child") {
    CHECK(child_that([] { return allocates_nothing_from_here() && other_calls_succeed(); }) == 0);
}

#if OWN_ALLOCATOR
TEST_CASE("resolve, dial of names and interfaces() allocate: not in a child of threads") {
    CHECK(child_that([] { return interfaces().has_value(); }) == 0);
    CHECK(child_that([] { return allocates_nothing_from_here() && interfaces().has_value(); }) ==
          killed_by + SIGABRT);
    CHECK(child_that([] {
              return allocates_nothing_from_here() && resolve("127.0.0.1", "80").has_value();
          }) == killed_by + SIGABRT);
    CHECK(child_that([] {
              return allocates_nothing_from_here() && dial("localhost:1").has_value();
          }) == killed_by + SIGABRT);
}
#endif

namespace {

/// The way to keep a descriptor through exec(3): it is close-on-exec no longer, under its number.
bool keep_through_exec(int descriptor) { return ::fcntl(descriptor, F_SETFD, 0) == 0; }

} // namespace

TEST_CASE("a connection is handed to a program that is not ours") {
    const Conversation<Ipv4> talk;
    CHECK(child_that([&] {
              const auto number = std::to_string(talk.client.descriptor());
              return keep_through_exec(talk.client.descriptor()) &&
                     ::execlp("python3", "python3", "-c",
                              "import socket, sys\n"
                              "socket.socket(fileno=int(sys.argv[1])).sendall(b'from python')",
                              number.c_str(), nullptr) == 0;
          }) == 0);
    CHECK(waiting_at(talk.server) == "from python");
    CHECK(is_close_on_exec(talk.client.descriptor()));
}

TEST_CASE("the program that a listener is handed to" * doctest::skip()) {
    // By the next test.
    const auto listener = adopt<Listener<Ipv4>>(7);
    REQUIRE(listener.has_value());
    CHECK(is_close_on_exec(7));
    CHECK(listener->accept(within(60s)).value().connection.send_all("handed over").has_value());
    int sockets = 0;
    for (int number = 3; number < 100; ++number) {
        sockets += kernel_option(number, SOL_SOCKET, SO_TYPE) != -1;
    }
    CHECK(sockets == 1); // none of the others was left
}

TEST_CASE("a listener is handed to a program that adopts it") {
    const Conversation<Ipv4> talk;
    const auto client = Connection<Ipv4>::connect(talk.listener.local_endpoint().value()).value();
    CHECK(child_that([&] {
              return ::dup2(talk.listener.descriptor(), 7) == 7 && keep_through_exec(7) &&
                     ::execl("/proc/self/exe", "adopts",
                             "--test-case=the program that a listener is handed to", "--no-skip",
                             "--minimal=true", nullptr) == 0;
          }) == 0);
    CHECK(waiting_at(client) == "handed over");
    CHECK_FALSE(is_blocking(talk.listener.descriptor()));
    CHECK(talk.listener.local_endpoint().has_value());
}

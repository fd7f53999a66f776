// SPDX-License-Identifier: MIT
#include <ferrule/path_listener.hpp>

#include <csignal>
#include <doctest/doctest.h>
#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ferrule/option/unix.hpp>

#include "support/descriptors.hpp"
#include "support/failure.hpp"
#include "support/folder.hpp"
#include "support/in_child.hpp"

using namespace ferrule;

namespace {

Endpoint<Unix> at(const std::string& path) { return Endpoint<Unix>::path(path).value(); }

// A path as a killed server leaves it: a socket that nobody listens on.
void leave_stale(const std::string& path) {
    static_cast<void>(Listener<Unix>::listen(at(path)).value());
    REQUIRE(std::filesystem::exists(path));
}

} // namespace

TEST_CASE_TEMPLATE("a path is there while its listener is, and its lock file stays", Type, Stream,
                   SeqPacket) {
    const TemporaryFolder folder;
    const auto path = folder.file("socket");
    {
        const auto listener = PathListener<Type>::listen(at(path)).value();
        CHECK(listener.endpoint() == at(path));
        const auto client = Connection<Unix, Type>::connect(at(path)).value();
        CHECK(listener.accept().has_value());
        CHECK_FALSE(std::filesystem::exists(path + ".new"));
    }
    CHECK_FALSE(std::filesystem::exists(path));
    CHECK(std::filesystem::exists(path + ".lock"));
    CHECK(PathListener<Type>::listen(at(path)).has_value());
}

TEST_CASE("a path that a live server holds is in use, and stays as it is") {
    const TemporaryFolder folder;
    const auto path = folder.file("socket");
    const auto holder = PathListener<>::listen(at(path)).value();
    const auto before = open_descriptors();
    CHECK(failure_of(PathListener<>::listen(at(path))) == Errc::address_in_use);
    CHECK(failure_of(PathListener<SeqPacket>::listen(at(path))) == Errc::address_in_use);
    CHECK(open_descriptors() == before);
    CHECK(Connection<Unix>::connect(at(path)).has_value());
}

TEST_CASE("a path that a live server without a lock holds is in use, too") {
    const TemporaryFolder folder;
    const auto path = folder.file("socket");
    const auto foreign = Listener<Unix>::listen(at(path)).value();
    CHECK(failure_of(PathListener<>::listen(at(path))) == Errc::address_in_use);
    CHECK(failure_of(PathListener<SeqPacket>::listen(at(path))) == Errc::address_in_use);
    CHECK(Connection<Unix>::connect(at(path)).has_value());
}

TEST_CASE("what a dead server left is taken over, at the path and on the way to it") {
    const TemporaryFolder folder;
    const auto path = folder.file("socket");
    leave_stale(path);
    leave_stale(path + ".new");
    const auto listener = PathListener<>::listen(at(path)).value();
    CHECK(Connection<Unix>::connect(at(path)).has_value());
    CHECK_FALSE(std::filesystem::exists(path + ".new"));
}

TEST_CASE("a killed server's lock goes with it") {
    const TemporaryFolder folder;
    const auto path = folder.file("socket");
    CHECK(in_child([&] {
              const auto listener = PathListener<>::listen(at(path)).value();
              ::raise(SIGKILL);
              return std::string{};
          }) == "signal 9");
    CHECK(std::filesystem::exists(path));
    CHECK(PathListener<>::listen(at(path)).has_value());
}

TEST_CASE("what is no socket is never replaced") {
    const TemporaryFolder folder;
    const auto path = folder.file("socket");
    REQUIRE(write_file(path, "precious"));
    CHECK(failure_of(PathListener<>::listen(at(path))) == Errc::file_exists);
    CHECK(std::filesystem::file_size(path) == 8);
    std::filesystem::remove(path);
    std::filesystem::remove(path + ".lock");
    std::filesystem::create_symlink("elsewhere", path + ".lock");
    CHECK(failure_of(PathListener<>::listen(at(path))) == Errc::too_many_links);
}

TEST_CASE("a path that was replaced meanwhile is left alone") {
    const TemporaryFolder folder;
    const auto path = folder.file("socket");
    auto listener = PathListener<>::listen(at(path)).value();
    std::filesystem::remove(path);
    const auto other = Listener<Unix>::listen(at(path)).value();
    CHECK(std::move(listener).close().has_value());
    CHECK(Connection<Unix>::connect(at(path)).has_value());
}

TEST_CASE("the mode is that of the path from its first moment on") {
    const TemporaryFolder folder;
    const auto path = folder.file("socket");
    for (const mode_t mode : {0600U, 0660U, 0700U}) {
        const auto before = ::umask(0);
        const auto listener = PathListener<>::listen(at(path), option::Mode{mode}).value();
        ::umask(before);
        struct stat status{};
        REQUIRE(::stat(path.c_str(), &status) == 0);
        CHECK((status.st_mode & 0777U) == mode);
    }
}

TEST_CASE("a name that is no path, or has no room for its lock, is refused") {
    const TemporaryFolder folder;
    CHECK(failure_of(PathListener<>::listen("@abstract")) == Errc::invalid_argument);
    CHECK(failure_of(PathListener<>::listen(Endpoint<Unix>{})) == Errc::invalid_argument);
    const auto longest = folder.file(std::string(108 - 5 - folder.path().size() - 1, 'x'));
    CHECK(PathListener<>::listen(at(longest)).has_value());
    CHECK(failure_of(PathListener<>::listen(at(longest + "x"))) == Errc::path_too_long);
    CHECK(failure_of(PathListener<>::listen(at(folder.file("no/such/folder")))) ==
          Errc::no_such_file);
}

TEST_CASE("moved and closed, a listener removes its path once") {
    const TemporaryFolder folder;
    const auto path = folder.file("socket");
    auto one = PathListener<>::listen(at(path)).value();
    auto other = std::move(one);
    CHECK(failure_of(std::move(one).close()) == Errc::not_open);
    CHECK(std::filesystem::exists(path));
    one = std::move(other);
    CHECK(std::move(one).close().has_value());
    CHECK_FALSE(std::filesystem::exists(path));
    CHECK(failure_of(one.accept()) == Errc::not_open);
}

TEST_CASE("of two who start at once one has the path, and nobody who dials meets a gap") {
    const TemporaryFolder folder;
    const auto path = folder.file("socket");
    for (int turn = 0; turn < 50; ++turn) {
        leave_stale(path);
        int wins[2];
        int go[2];
        REQUIRE(::pipe(wins) == 0);
        REQUIRE(::pipe(go) == 0);
        pid_t starters[2];
        for (pid_t& starter : starters) {
            starter = ::fork();
            if (starter == 0) {
                ::close(go[1]);
                char byte = 0;
                static_cast<void>(::read(go[0], &byte, 1)); // both at once
                const auto listener = PathListener<>::listen(at(path));
                const char won = listener                                       ? 'w'
                                 : failure_of(listener) == Errc::address_in_use ? 'l'
                                                                                : '?';
                static_cast<void>(::write(wins[1], &won, 1));
                ::pause();
                ::_exit(0);
            }
        }
        ::close(go[0]);
        ::close(go[1]);
        std::string outcome;
        while (outcome.size() < 2) {
            char byte = 0;
            REQUIRE(::read(wins[0], &byte, 1) == 1);
            outcome += byte;
        }
        CHECK((outcome == "wl" || outcome == "lw"));
        CHECK(Connection<Unix>::connect(at(path)).has_value());
        for (const pid_t starter : starters) {
            ::kill(starter, SIGKILL);
            ::waitpid(starter, nullptr, 0);
        }
        ::close(wins[0]);
        ::close(wins[1]);
        std::filesystem::remove(path);
    }
}

// SPDX-License-Identifier: MIT
#include <ferrule/server/path_listener.hpp>

#include <csignal>
#include <doctest/doctest.h>
#include <filesystem>
#include <functional>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ferrule/opt/setting.hpp>
#include <ferrule/opt/unix.hpp>

#include "../support/descriptors.hpp"
#include "../support/failure.hpp"
#include "../support/folder.hpp"
#include "../support/in_child.hpp"

using namespace ferrule;

namespace {

Endpoint<Unix> at(const std::string& path) { return Endpoint<Unix>::path(path).value(); }

// The path that a killed server leaves: no process listens on its socket.
void leave_stale(const std::string& path) {
    Listener<Unix>::listen(at(path)).require();
    REQUIRE(std::filesystem::exists(path));
}

// An option that does something else in its moment: just before bind(2), or right after listen(2).
template <class States> struct Meanwhile : opt::Everywhere {
    using families = OneOf<Unix>;
    using set_in = States;
    using get_in = opt::NoState;
    using value_type = int;
    explicit Meanwhile(std::function<bool()> body) : value{std::move(body)} {}
    Result<void> set(opt::Target) const {
        return value() ? Result<void>{}
                       : Error{Errc::operation_not_permitted, Operation::set_option};
    }
    std::function<bool()> value;
};
using BeforeItBinds = Meanwhile<opt::BeforeBind>;
using OnceItListens = Meanwhile<OneOf<state::Listener>>;

// From here on nothing can be found out about a file in this process.
bool fail_lstat(int error) {
    bool done = true;
#ifdef SYS_newfstatat
    done = done && fail_calls_of(SYS_newfstatat, error);
#endif
#ifdef SYS_fstatat64
    done = done && fail_calls_of(SYS_fstatat64, error);
#endif
#ifdef SYS_lstat
    done = done && fail_calls_of(SYS_lstat, error);
#endif
#ifdef SYS_lstat64
    done = done && fail_calls_of(SYS_lstat64, error);
#endif
#ifdef SYS_statx
    done = done && fail_calls_of(SYS_statx, error);
#endif
    return done;
}

bool fail_rename(int error) {
#ifdef SYS_rename
    return fail_calls_of(SYS_rename, error);
#else
    return fail_calls_of(SYS_renameat, error);
#endif
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
    CHECK(failure_of(PathListener<>::listen(at(path))) == Errc::too_many_symbolic_link_levels);
}

TEST_CASE("what is on the way to the path, and is not a dead server's, is never removed") {
    const TemporaryFolder folder;
    const auto path = folder.file("socket");
    REQUIRE(write_file(path + ".new", "precious"));
    CHECK(failure_of(PathListener<>::listen(at(path))) == Errc::file_exists);
    CHECK(std::filesystem::file_size(path + ".new") == 8);
    std::filesystem::remove(path + ".new");
    {
        const auto live = PathListener<>::listen(at(path + ".new")).value();
        CHECK(failure_of(PathListener<>::listen(at(path))) == Errc::address_in_use);
        CHECK(Connection<Unix>::connect(at(path + ".new")).has_value());
    }
    const auto late = PathListener<>::listen(
        at(path), BeforeItBinds{[&] { return write_file(path + ".new", "precious"); }});
    CHECK(failure_of(late) == Errc::address_in_use);
    CHECK(std::filesystem::file_size(path + ".new") == 8);
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a start that fails halfway leaves what was there, and nothing on the way") {
    const TemporaryFolder folder;
    const auto path = folder.file("socket");
    leave_stale(path);
    const auto before = open_descriptors();
    for (const bool late : {false, true}) {
        const auto body = [&] {
            CHECK(std::filesystem::exists(path + ".new") == late);
            return false;
        };
        CHECK(failure_of(late ? PathListener<>::listen(at(path), OnceItListens{body})
                              : PathListener<>::listen(at(path), BeforeItBinds{body})) ==
              Errc::operation_not_permitted);
        CHECK_FALSE(std::filesystem::exists(path + ".new"));
    }
    CHECK(open_descriptors() == before);
    CHECK(failure_of(Connection<Unix>::connect(at(path))) == Errc::connection_refused);

    const auto fresh = folder.file("fresh");
    CHECK(in_child([&] {
              const auto unknown = PathListener<>::listen(
                  at(fresh), OnceItListens{[] { return fail_lstat(EACCES); }});
              return std::string{unknown ? "listens" : unknown.error().text().view()};
          }) == "bind: Permission denied (EACCES)");
    CHECK_FALSE(std::filesystem::exists(fresh));
    CHECK_FALSE(std::filesystem::exists(fresh + ".new"));
    CHECK(in_child([&] {
              const auto unmoved = PathListener<>::listen(
                  at(path), OnceItListens{[] { return fail_rename(EPERM); }});
              return std::string{unmoved ? "listens" : unmoved.error().text().view()};
          }) == "bind: Operation not permitted (EPERM)");
    CHECK_FALSE(std::filesystem::exists(path + ".new"));
    CHECK(PathListener<>::listen(at(path)).has_value());
}

TEST_CASE("a close says why it could not see whose the path is") {
    const TemporaryFolder folder;
    const auto path = folder.file("socket");
    CHECK(in_child([&] {
              auto listener = PathListener<>::listen(at(path)).value();
              fail_lstat(EACCES);
              const auto closed = std::move(listener).close();
              return std::string{closed ? "closed" : closed.error().text().view()};
          }) == "close: Permission denied (EACCES)");
    CHECK(std::filesystem::exists(path));
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

#ifndef FERRULE_SYSTEM_POSIX
TEST_CASE("the mode is that of the path from its first moment on") {
    const TemporaryFolder folder;
    const auto path = folder.file("socket");
    for (const mode_t mask : {0U, 0022U, 0077U, 0777U}) {
        for (const mode_t mode : {0600U, 0660U, 0700U, 0666U, 0U}) {
            CAPTURE(mask);
            CAPTURE(mode);
            mode_t on_the_way = 0777;
            const auto before = ::umask(mask);
            const auto listener = PathListener<>::listen(
                at(path), opt::Mode{opt::at_run_time(mode)}, OnceItListens{[&] {
                    struct stat status{};
                    if (::stat((path + ".new").c_str(), &status) == 0) {
                        on_the_way = status.st_mode & 0777U;
                    }
                    return true;
                }});
            ::umask(before);
            REQUIRE(listener.has_value());
            CHECK(on_the_way == (mode & ~mask)); // never more than was asked for
            struct stat status{};
            REQUIRE(::stat(path.c_str(), &status) == 0);
            CHECK((status.st_mode & 0777U) == mode);
        }
    }
    CHECK(failure_of(PathListener<>::listen(at(path), opt::Mode{opt::at_run_time(01000)})) ==
          Errc::value_out_of_range);
}
#endif

TEST_CASE("a name that is no path, or has no room for its lock, is refused") {
    const TemporaryFolder folder;
    CHECK(failure_of(PathListener<>::listen("@abstract")) == Errc::invalid_argument);
    CHECK(failure_of(PathListener<>::listen(Endpoint<Unix>{})) == Errc::invalid_argument);
    const auto longest = folder.file(std::string(108 - 5 - folder.path().size() - 1, 'x'));
    CHECK(PathListener<>::listen(at(longest)).has_value());
    CHECK(failure_of(PathListener<>::listen(at(longest + "x"))) == Errc::path_too_long);
    CHECK(failure_of(PathListener<>::listen(at(folder.file("no/such/folder")))) ==
          Errc::no_such_file_or_directory);
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

TEST_CASE("a listener that another one is assigned to is gone at once, with its path") {
    const TemporaryFolder folder;
    const auto path = folder.file("socket");
    const auto other_path = folder.file("other");
    auto one = PathListener<>::listen(at(path)).value();
    auto other = PathListener<>::listen(at(other_path)).value();
    one = std::move(other);
    CHECK_FALSE(std::filesystem::exists(path));
    CHECK(PathListener<>::listen(at(path)).has_value());
    CHECK(failure_of(other.accept(no_wait)) == Errc::not_open);
    CHECK(one.endpoint() == at(other_path));
    auto& same = one;
    one = std::move(same);
    CHECK(Connection<Unix>::connect(at(other_path)).has_value());
    CHECK(one.accept().has_value());
    CHECK(std::move(one).close().has_value());
    CHECK_FALSE(std::filesystem::exists(other_path));
}

TEST_CASE("what one user's lock file keeps from another is told") {
    const TemporaryFolder folder;
    const auto path = folder.file("socket");
    if (::geteuid() != 0) {
        return; // nobody else to be
    }
    std::filesystem::permissions(folder.path(), std::filesystem::perms{0777});
    {
        const auto first = PathListener<>::listen(at(path)).value();
    }
    const auto as_other = [&](const std::string& where) {
        return in_child([&] {
            if (::setgid(12'345) != 0 || ::setuid(12'345) != 0) {
                return std::string{"can't"};
            }
            const auto listener = PathListener<>::listen(at(where));
            return std::string{listener ? "listens" : listener.error().text().view()};
        });
    };
    CHECK(as_other(path) == "bind: Permission denied (EACCES)");
    CHECK(as_other(folder.file("other")) == "listens");
    std::filesystem::permissions(folder.path(), std::filesystem::perms{0755});
    CHECK(as_other(folder.file("third")) == "bind: Permission denied (EACCES)");
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

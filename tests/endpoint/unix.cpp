#include <ferrule/endpoint/unix.hpp>

#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <string>
#include <unistd.h>

#include "../rows.hpp"

#include <ferrule/endpoint/any.hpp>

using namespace ferrule;

static_assert(Endpoint<Unix>{"/run/x.sock"}.is_path() &&
              Endpoint<Unix>{"/run/x.sock"}.name() == "/run/x.sock");
static_assert(Endpoint<Unix>{"@x"}.is_abstract() && Endpoint<Unix>{"@x"}.name() == "x");
static_assert(Endpoint<Unix>::path("@x")->text() == "./@x" && Endpoint<Unix>{}.is_unnamed());
static_assert(std::is_trivially_copyable_v<Endpoint<Unix>>);

namespace {

using E = Endpoint<Unix>;

static_assert(E{}.is_unnamed() && !E{}.is_path() && !E{}.is_abstract() && E{}.text().empty());
static_assert(E{"@"}.is_abstract() && E{"@"}.name().empty() && E{"@"} != E{});
static_assert(E{"x.sock"}.is_path() && E{"x.sock"} != E{"@x.sock"});
static_assert(E{"./@x"}.is_path() && E{"./@x"}.text() == "./@x");
static_assert(E::path("@x")->is_path() && E::path("@x").value() != E{"@x"});
static_assert(E::abstract("x").value() == E{"@x"} && E::abstract("@x")->text() == "@@x");
static_assert(E{} < E{"@x"} && E{"@x"} < E{"/x"} && E{"/x"} < E{"/xx"} && E{"/x"} < E{"\xff"});
static_assert(sizeof(E) <= sizeof(sockaddr_un) + 2 + sizeof(socklen_t));

/// A folder that goes away with everything in it.
class TemporaryFolder {
public:
    TemporaryFolder() { REQUIRE(::mkdtemp(path_.data()) != nullptr); }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    /// A path in the folder of exactly this length.
    [[nodiscard]] std::string path_of_size(std::size_t size) const {
        return path_ + "/" + std::string(size - path_.size() - 1, 'a');
    }

private:
    std::string path_ = "/tmp/ferrule-unix-XXXXXX";
};

/// A datagram socket, closed at the end.
class PlainSocket {
public:
    PlainSocket() : number_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {
        REQUIRE(number_ >= 0);
    }
    ~PlainSocket() { ::close(number_); }
    PlainSocket(const PlainSocket&) = delete;
    PlainSocket& operator=(const PlainSocket&) = delete;

    [[nodiscard]] bool bind(const E& endpoint) const {
        return ::bind(number_, endpoint.native(), endpoint.native_size()) == 0;
    }
    [[nodiscard]] E name() const {
        E endpoint = "/what/was/there/before";
        socklen_t size = E::native_capacity;
        REQUIRE(::getsockname(number_, endpoint.native_buffer(), &size) == 0);
        endpoint.native_resize(size);
        return endpoint;
    }
    [[nodiscard]] bool send_to(const E& endpoint) const {
        return ::sendto(number_, "x", 1, 0, endpoint.native(), endpoint.native_size()) == 1;
    }
    [[nodiscard]] E receive_from() const {
        E endpoint = "/what/was/there/before";
        socklen_t size = E::native_capacity;
        char byte = 0;
        REQUIRE(::recvfrom(number_, &byte, 1, 0, endpoint.native_buffer(), &size) == 1);
        endpoint.native_resize(size);
        return endpoint;
    }

private:
    int number_;
};

E bound_to(const E& endpoint) {
    const PlainSocket socket;
    REQUIRE(socket.bind(endpoint));
    return socket.name();
}

std::string name_of(const E& endpoint) { return std::string{endpoint.name()}; }

} // namespace

// Every row of unix_addr.tsv; they are descriptions, not data.
TEST_CASE("the rows of unix_addr.tsv are as they say") {
    REQUIRE(rows_of("unix_addr.tsv").size() == 19);
    for (const char* path : {"/", "//", "/foo/bar", "foo"}) {
        CHECK(outcome<E>(path) == path);
        CHECK(name_of(E::parse(path).value()) == path);
        CHECK(E::path(path)->is_path());
    }
    CHECK(E{}.is_unnamed());
    CHECK(E::path({"/foo\0/bar", 9}).error() == Error{Errc::nul_in_path, Operation::parse, 4});
    CHECK(name_of(E::path(std::string(108, 'a')).value()) == std::string(108, 'a'));
    CHECK(E::abstract(std::string(500, 'a')).error() ==
          Error{Errc::path_too_long, Operation::parse, 107});
    CHECK((E::abstract("test")->is_abstract() && !E::abstract("test")->is_path()));
    CHECK((E::abstract("")->is_abstract() && E::abstract("").value() != E{}));
    CHECK(E::abstract({"this\0that", 9})->name() == std::string_view{"this\0that", 9});
    CHECK(name_of(E::abstract(std::string(107, 'h')).value()) == std::string(107, 'h'));
    CHECK_FALSE(E::abstract(std::string(108, 'h')).has_value());
    CHECK(E::abstract("python-test-hello\0\xff")->is_abstract());
    CHECK(E::path({"\0asdf", 5}).error() == Error{Errc::nul_in_path, Operation::parse, 0});
    CHECK_FALSE(E::path(std::string(127, 'a')).has_value());
    CHECK_FALSE(E::abstract(std::string(127, 'a')).has_value());
}

TEST_CASE("the error of a Unix text is at the first byte that can't stand there") {
    CHECK(outcome<E>("") == "empty_path at 0");
    CHECK(outcome<E>(std::string_view{"\0x", 2}) == "nul_in_path at 0");
    CHECK(outcome<E>(std::string_view{"/run/\0x", 7}) == "nul_in_path at 5");
    CHECK(outcome<E>(std::string(109, 'a')) == "path_too_long at 108");
    CHECK(outcome<E>(std::string(10'000, 'a')) == "path_too_long at 108");
    CHECK(outcome<E>("@" + std::string(108, 'a')) == "path_too_long at 108");
    CHECK(outcome<E>(std::string(108, 'a') + std::string(1, '\0')) == "path_too_long at 108");
}

TEST_CASE("whatever parse can read comes back from its text") {
    const std::string texts[] = {"/run/x.sock",
                                 "x",
                                 "@x",
                                 "@",
                                 "@@",
                                 "./@x",
                                 "./unix:/x",
                                 "with blank\n",
                                 std::string(108, 'p'),
                                 "@" + std::string(107, 'q'),
                                 std::string("@a\0b\0", 5)};
    for (const std::string& text : texts) {
        const auto endpoint = E::parse(text).value();
        CHECK(endpoint.text() == text);
        CHECK(E::parse(endpoint.text()).value() == endpoint);
    }
}

TEST_CASE("a path that begins with @ is printed so that it names the same file") {
    const auto endpoint = E::path("@" + std::string(107, 'x')).value();
    CHECK(endpoint.text().size() == endpoint.text().capacity);
    CHECK(endpoint.text().view().substr(0, 4) == "./@x");
}

TEST_CASE("a bound path comes back from the kernel, up to one that fills all 108 bytes") {
    const TemporaryFolder folder;
    for (std::size_t size : {40U, 106U, 107U, 108U}) {
        const std::string path = folder.path_of_size(size);
        const auto name = bound_to(E::path(path).value());
        CHECK(name.is_path());
        CHECK(name_of(name) == path);
        CHECK(std::filesystem::exists(path));
    }
}

TEST_CASE("a bound abstract name comes back from the kernel, its NULs included") {
    const std::string unique = "ferrule-test-" + std::to_string(::getpid());
    const std::string names[] = {unique, unique + std::string("\0\0x\0", 4),
                                 unique + std::string(107 - unique.size(), 'x'), ""};
    for (const std::string& name : names) {
        const PlainSocket socket;
        const auto endpoint = E::abstract(name).value();
        if (socket.bind(endpoint)) {
            CHECK(socket.name() == endpoint);
            CHECK(name_of(socket.name()) == name);
        } else {
            CHECK(name.empty()); // anyone on this host may have it
        }
    }
}

TEST_CASE("bound to the unnamed endpoint, each socket is given an abstract name of its own") {
    const PlainSocket one;
    const PlainSocket other;
    REQUIRE((one.bind(E{}) && other.bind(E{})));
    CHECK(one.name().is_abstract());
    CHECK(one.name().name().size() == 5);
    CHECK(one.name() != other.name());
}

TEST_CASE("an unbound socket, and a datagram from it, has the unnamed endpoint") {
    const PlainSocket receiver;
    const PlainSocket sender;
    REQUIRE(receiver.bind(E{}));
    CHECK(sender.name().is_unnamed());
    REQUIRE(sender.send_to(receiver.name()));
    CHECK(receiver.receive_from().is_unnamed());
    REQUIRE(sender.bind(E{}));
    REQUIRE(sender.send_to(receiver.name()));
    CHECK(receiver.receive_from() == sender.name());
}

TEST_CASE("an endpoint that was written over keeps nothing of what it was") {
    E endpoint = E::path(std::string(108, 'a')).value();
    endpoint.native_buffer()->sa_family = AF_INET;
    endpoint.native_resize(16);
    CHECK(endpoint == E{});
    endpoint = E::path(std::string(108, 'a')).value();
    endpoint.native_resize(111);
    CHECK(endpoint == E::path(std::string(108, 'a')).value());
    endpoint.native_resize(offsetof(sockaddr_un, sun_path) + 3); // no NUL written
    CHECK(endpoint == E("aaa"));
    CHECK(std::string{reinterpret_cast<const sockaddr_un*>(endpoint.native())->sun_path} == "aaa");
    for (socklen_t too_much : {111U, 4096U}) {
        endpoint = E::abstract(std::string(107, 'a')).value();
        endpoint.native_resize(too_much);
        CHECK(endpoint == E::abstract(std::string(107, 'a')).value());
    }
}

TEST_CASE("what one of Unix and Any prints the other reads, and unix: is no part of a name") {
    for (const std::string text : {"/run/x.sock", "@chat", "./@file", "./unix:x", "../x", "./x"}) {
        CAPTURE(text);
        const auto name = Endpoint<Unix>::parse(text).value();
        CHECK(Endpoint<Any>::parse(name.text()).value() == Endpoint<Any>{name});
        CHECK(Endpoint<Unix>::parse(Endpoint<Any>{name}.text()).value() == name);
    }
    CHECK(Endpoint<Unix>::parse("unix:@chat").value() == Endpoint<Unix>::abstract("chat").value());
    CHECK(Endpoint<Unix>::parse("unix:x").value() == Endpoint<Unix>::path("x").value());
    CHECK(Endpoint<Unix>::path("unix:x").value().name() == "unix:x");
    CHECK(Endpoint<Unix>::path("unix:x").value().text() == "./unix:x");
    CHECK(Endpoint<Unix>::parse("unix:unix:x").error() ==
          Error{Errc::unexpected_character, Operation::parse, 5});
    CHECK(Endpoint<Unix>::parse("unix:./unix:x").value().name() == "./unix:x");
    CHECK(Endpoint<Unix>::parse("unix:").error() == Error{Errc::empty_path, Operation::parse, 5});
}

// SPDX-License-Identifier: MIT
// Descriptors: every one is close-on-exec, and none is left behind.

#include "operations.hpp"

#include "../support/descriptors.hpp"
#include "../support/failure.hpp"
#include "../support/host.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdio>
#include <string>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace ferrule;

namespace {

// How many sockets and eventfds a program has that this process starts: find(1), of itself.
std::size_t inherited_by_a_child() {
    FILE* const child = ::popen("find /proc/self/fd/ -printf '%l\\n'", "r");
    REQUIRE(child != nullptr);
    std::size_t count = 0;
    std::array<char, 256> line;
    while (std::fgets(line.data(), line.size(), child) != nullptr) {
        const std::string target{line.data()};
        count += target.starts_with("socket:") || target.starts_with("anon_inode:");
    }
    REQUIRE(::pclose(child) == 0);
    return count;
}

// Every kind of descriptor that ferrule makes, in every state, by every way there.
template <class Family, class Type> struct EveryState {
    Endpoint<Family> place = operations::place<Family>();
    Socket<Family, Type> socket = operations::open<Family, Type>().value();
    Bound<Family, Type> bound = operations::open<Family, Type>().value().bind(place).value();
    Listener<Family, Type> listener = Listener<Family, Type>::listen(place).value();
    Endpoint<Family> endpoint = listener.local_endpoint().value();
    Connecting<Family, Type> connecting = Connecting<Family, Type>::start_connect(endpoint).value();
    Connection<Family, Type> connected = Connection<Family, Type>::connect(endpoint).value();
    Connection<Family, Type> accepted = std::move(listener.accept().value().connection);
    Connection<Family, Type> by_steps =
        std::move(operations::open<Family, Type>().value()).connect(endpoint).value();
};

template <class Family> struct EveryDatagram {
    Bound<Family, Datagram> bound =
        Bound<Family, Datagram>::bind(operations::place<Family>()).value();
    Connection<Family, Datagram> connected =
        Connection<Family, Datagram>::connect(bound.local_endpoint().value()).value();
};

} // namespace

TEST_CASE("a program that is started inherits no descriptor") {
    host::needs(host::ipv6);
    const std::size_t before = inherited_by_a_child();
    const EveryState<Ipv4, Stream> ipv4;
    const EveryState<Ipv6, Stream> ipv6;
    const EveryState<Unix, Stream> unix_stream;
    const EveryState<Unix, SeqPacket> unix_packets;
    const EveryState<Ip, Stream> ip;
    const EveryState<Any, Stream> any;
    const EveryDatagram<Ipv4> ipv4_datagram;
    const EveryDatagram<Unix> unix_datagram;
    const auto pair = Connection<Unix>::pair().value();
    const Stop stop;
    CHECK(inherited_by_a_child() == before);

    // As a careless program would; not seen by a library that watches calls by their names.
    const auto careless = static_cast<int>(::syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0));
    CHECK(inherited_by_a_child() == before + 1);
    ::close(careless);
}

TEST_CASE("what succeeds leaves no descriptor behind") {
    const std::size_t at_first = open_descriptors();
    operations::that_succeed([](const char* name, const auto& call) {
        CAPTURE(std::string{name});
        CHECK(failure_of(call()) == Errc::none);
    });
    CHECK(open_descriptors() == at_first);
}

TEST_CASE("what fails leaves no descriptor behind") {
    const std::size_t at_first = open_descriptors();
    operations::that_fail([](const char* name, const auto& call) {
        CAPTURE(std::string{name});
        const std::size_t before = open_descriptors();
        CHECK_FALSE(call().has_value());
        CHECK(open_descriptors() == before);
    });
    CHECK(open_descriptors() == at_first);
}

TEST_CASE("what finds no descriptor left leaves none behind") {
    operations::that_need_a_descriptor([](const char* name, const auto& call) {
        CAPTURE(std::string{name});
        const std::size_t before = open_descriptors();
        {
            const NoDescriptorLeft none_left;
            CHECK(failure_of(call()) == Errc::too_many_files_open);
        }
        CHECK(open_descriptors() == before);
    });
}

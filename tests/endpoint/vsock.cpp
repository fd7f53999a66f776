// SPDX-License-Identifier: MIT
#include <ferrule/endpoint/vsock.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <doctest/doctest.h>
#include <linux/vm_sockets.h>
#include <sys/socket.h>

#include <ferrule/socket/bound.hpp>
#include <ferrule/socket/connection.hpp>
#include <ferrule/socket/listener.hpp>

#include "../support/failure.hpp"

using namespace ferrule;

namespace {

static_assert(FixedFamily<Vsock> && Legal<Vsock, Stream, Unspecified> &&
              Legal<Vsock, SeqPacket, Unspecified> && Legal<Vsock, Datagram, Unspecified> &&
              !Legal<Vsock, Stream, Tcp>);
static_assert(Vsock::number == AF_VSOCK);
static_assert(Endpoint<Vsock>{"2:1234"} == Endpoint<Vsock>{2, 1234});
static_assert(Endpoint<Vsock>{"2:1234"}.text() == "2:1234");
static_assert(Endpoint<Vsock>{1, 5} < Endpoint<Vsock>{2, 1});
static_assert(Endpoint<Vsock>{} == Endpoint<Vsock>::any());
static_assert(Endpoint<Vsock>::any_cid == VMADDR_CID_ANY &&
              Endpoint<Vsock>::any_port == VMADDR_PORT_ANY &&
              Endpoint<Vsock>::host_cid == VMADDR_CID_HOST &&
              Endpoint<Vsock>::local_cid == VMADDR_CID_LOCAL);
static_assert(Endpoint<Vsock>::native_capacity == sizeof(sockaddr_vm));

} // namespace

TEST_CASE("text is two numbers of 32 bits") {
    for (const char* const text : {"0:0", "2:1234", "4294967295:4294967295"}) {
        CHECK(Endpoint<Vsock>::parse(text).value().text() == text);
    }
    CHECK(failure_of(Endpoint<Vsock>::parse("")) == Errc::unexpected_end);
    CHECK(failure_of(Endpoint<Vsock>::parse("2")) == Errc::missing_port);
    CHECK(failure_of(Endpoint<Vsock>::parse("2:")) == Errc::unexpected_end);
    CHECK(failure_of(Endpoint<Vsock>::parse("02:1")) == Errc::leading_zero);
    CHECK(failure_of(Endpoint<Vsock>::parse("4294967296:1")) == Errc::value_out_of_range);
    CHECK(failure_of(Endpoint<Vsock>::parse("-1:1")) == Errc::unexpected_character);
    CHECK(failure_of(Endpoint<Vsock>::parse("2:1 ")) == Errc::unexpected_rest);
}

TEST_CASE("in memory it is the kernel's") {
    const Endpoint<Vsock> endpoint{2, 1234};
    sockaddr_vm native;
    std::memcpy(&native, endpoint.native(), sizeof native);
    CHECK(native.svm_family == AF_VSOCK);
    CHECK(native.svm_cid == 2);
    CHECK(native.svm_port == 1234);
    Endpoint<Vsock> written{3, 4};
    std::memcpy(written.native_buffer(), &native, sizeof native);
    written.native_resize(sizeof native);
    CHECK(written == endpoint);
    written.native_resize(sizeof native - 1);
    CHECK(written == Endpoint<Vsock>::any());
}

TEST_CASE("a listener of machines, where the kernel has it") {
    const auto listener = Listener<Vsock>::listen(Endpoint<Vsock>::any());
    if (!listener) { // a kernel without vsock, or without a hypervisor
        const auto cause = failure_of(listener);
        CHECK((cause == Errc::address_family_not_supported ||
               cause == Errc::address_not_available || cause == Errc::no_such_device));
        return;
    }
    const auto endpoint = listener->local_endpoint().value();
    CHECK(endpoint.port() != Endpoint<Vsock>::any_port);
    const auto client =
        Connection<Vsock>::connect(Endpoint<Vsock>{Endpoint<Vsock>::local_cid, endpoint.port()},
                                   within(Nanoseconds{5'000'000'000}));
    if (client) { // with vsock_loopback
        const auto server = listener->accept().value().connection;
        CHECK(client->send_all("between machines").has_value());
        char buffer[32];
        CHECK(server.receive_some(buffer).value() == "between machines");
    }
}

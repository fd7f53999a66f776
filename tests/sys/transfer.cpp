// SPDX-License-Identifier: MIT
#include <ferrule/sys/transfer.hpp>

#include <csignal>
#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <sys/un.h>
#include <utility>

#include <ferrule/sys/socket.hpp>

#include "../support/descriptors.hpp"
#include "../support/failure.hpp"
#include "../support/in_child.hpp"

using namespace ferrule;

namespace {

auto pair(int type) { return sys::pair(AF_UNIX, type, 0).value(); }

msghdr message_of(iovec& piece) {
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    return message;
}

} // namespace

TEST_CASE("each call moves bytes and says how many") {
    const auto [one, other] = pair(SOCK_STREAM);
    char text[] = "ferrule";
    iovec piece{text, 3};
    CHECK(*sys::send(one.number(), text, 2, 0) == 2);
    CHECK(*sys::send_message(one.number(), message_of(piece), 0) == 3);
    CHECK(*sys::send_to(one.number(), text, 1, 0, nullptr, 0) == 1);

    char buffer[16];
    CHECK(*sys::receive(other.number(), buffer, 2, 0) == 2);
    CHECK(std::string_view{buffer, 2} == "fe");
    iovec room{buffer, 3};
    msghdr message = message_of(room);
    CHECK(*sys::receive_message(other.number(), message, 0) == 3);
    CHECK(std::string_view{buffer, 3} == "fer");
    sockaddr_un peer{};
    socklen_t size = sizeof peer;
    CHECK(*sys::receive_from(other.number(), buffer, sizeof buffer, 0,
                             reinterpret_cast<sockaddr*>(&peer), &size) == 1);
    CHECK(size == 0); // a stream has no senders
}

TEST_CASE("a send to a peer that is gone is an error, never a signal") {
    CHECK(in_child([] {
              std::signal(SIGPIPE, SIG_DFL);
              auto [one, other] = pair(SOCK_STREAM);
              static_cast<void>(other.close());
              char text[] = "lost";
              iovec piece{text, 4};
              std::string told;
              for (const auto& sent : {sys::send(one.number(), text, 4, 0),
                                       sys::send_to(one.number(), text, 4, 0, nullptr, 0),
                                       sys::send_message(one.number(), message_of(piece), 0)}) {
                  told += std::string{sent.error().text().view()} + "\n";
              }
              return told;
          }) == "send: Broken pipe: the other end no longer reads (EPIPE)\n"
                "send: Broken pipe: the other end no longer reads (EPIPE)\n"
                "send: Broken pipe: the other end no longer reads (EPIPE)\n");
}

TEST_CASE("descriptors that come along with a message are close-on-exec") {
    const auto [one, other] = pair(SOCK_DGRAM);
    char byte = 'x';
    iovec piece{&byte, 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))]{};
    msghdr message = message_of(piece);
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    *reinterpret_cast<int*>(CMSG_DATA(header)) = 0;
    CHECK(*sys::send_message(one.number(), message, 0) == 1);
    message.msg_controllen = sizeof control;
    CHECK(*sys::receive_message(other.number(), message, 0) == 1);
    const Descriptor received{*reinterpret_cast<int*>(CMSG_DATA(CMSG_FIRSTHDR(&message)))};
    CHECK(received.number() > 2);
    CHECK(is_close_on_exec(received.number()));
}

TEST_CASE("what can't be done without waiting says so") {
    const auto [one, other] = pair(SOCK_STREAM);
    char byte = 0;
    CHECK(sys::receive(one.number(), &byte, 1, MSG_DONTWAIT).error() ==
          Error{Errc::would_block, Operation::receive});
}

// SPDX-License-Identifier: MIT
#include <ferrule/stream/byte_stream.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <span>
#include <string>
#include <string_view>

#include <ferrule/core/endian.hpp>

#include "../support/conversation.hpp"
#include "../support/failure.hpp"

using namespace ferrule;

static_assert(ByteStream<Connection<Ipv4>> && ByteStream<const Connection<Unix>> &&
              ByteStream<Connection<Any>>);
static_assert(!ByteStream<Connection<Ipv4, Datagram>>);

namespace {

template <class Candidate> constexpr bool is_byte_stream = ByteStream<Candidate>;

static_assert(is_byte_stream<Connection<Ipv4>> && is_byte_stream<Connection<Ipv6>> &&
              is_byte_stream<Connection<Unix>> && is_byte_stream<Connection<Ip>> &&
              is_byte_stream<Connection<Any>> && is_byte_stream<const Connection<Ipv4>>);
#ifndef FERRULE_SYSTEM_POSIX
static_assert(is_byte_stream<Connection<Ipv4, Stream, Mptcp>>);
#endif
static_assert(!is_byte_stream<Connection<Ipv4, Datagram>> &&
              !is_byte_stream<Connection<Unix, SeqPacket>> && !is_byte_stream<Listener<Ipv4>> &&
              !is_byte_stream<Bound<Ipv4, Datagram>> && !is_byte_stream<int>);

// A double that fails on purpose: its text in pieces of one byte, then the end, and no sending.
class Dribble {
public:
    explicit Dribble(std::string_view text) : text_{text} {}

    Result<std::span<std::byte>> receive_some(std::span<std::byte> buffer, Wait) {
        const std::size_t size = std::min({buffer.size(), text_.size(), std::size_t{1}});
        std::copy_n(std::as_bytes(std::span{text_}).begin(), size, buffer.begin());
        text_.remove_prefix(size);
        return buffer.first(size);
    }
    Result<void> send_all(BytesView, Wait) {
        return Error{Errc::connection_reset, Operation::send};
    }
    Result<void> shutdown(Shutdown) { return {}; }

private:
    std::string_view text_;
};
static_assert(is_byte_stream<Dribble> && !is_byte_stream<const Dribble>);

struct ForgetsItsWait : Dribble {
    Result<void> send_all(BytesView) { return {}; }
};
struct ThrowsInstead : Dribble {
    void shutdown(Shutdown) {}
};
static_assert(!is_byte_stream<ForgetsItsWait> && !is_byte_stream<ThrowsInstead>);

// What one writes against the concept: a line, of any stream.
std::string line_of(ByteStream auto&& stream) {
    std::string line;
    std::byte byte[1];
    for (;;) {
        const auto received = stream.receive_some(std::span<std::byte>{byte}, Wait{});
        if (!received || received->empty() || byte[0] == std::byte{'\n'}) {
            return line;
        }
        line += std::to_integer<char>(byte[0]);
    }
}

} // namespace

TEST_CASE_TEMPLATE("code for any stream takes connections of every family", Family, EVERY_FAMILY) {
    const Conversation<Family> talk;
    CHECK(talk.client.send_all("first\nsecond").has_value());
    CHECK(talk.client.shutdown(Shutdown::sending).has_value());
    CHECK(line_of(talk.server) == "first");
    CHECK(line_of(talk.server) == "second");
    CHECK(line_of(talk.server).empty());
}

TEST_CASE("and doubles that fail on purpose") {
    CHECK(line_of(Dribble{"one\ntwo"}) == "one");
    Dribble double_of_a_peer{"x"};
    CHECK(failure_of(double_of_a_peer.send_all("x", {})) == Errc::connection_reset);
}

TEST_CASE("a header as a plain struct goes through a stream") {
    struct Header {
        BigEndian<std::uint32_t> length;
        BigEndian<std::uint16_t> kind;
    };
    const Conversation<Unix> talk;
    const Header sent{0x01020304, 5};
    CHECK(talk.client.send_all({bytes_of(sent), "body"}).has_value());
    Header received{};
    CHECK(talk.server.receive_exactly(bytes_of(received)).has_value());
    CHECK(received.length == 0x01020304);
    CHECK(received.kind == 5);
    char body[4];
    CHECK(talk.server.receive_exactly(body).value() == "body");
}

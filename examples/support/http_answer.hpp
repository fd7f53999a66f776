// SPDX-License-Identifier: MIT
//
// The answer of an HTTP server (RFC 9112), printed as curl prints it; what is wrong with it has
// curl's exit status.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ferrule/stream/reader.hpp>
#include <fmt/format.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "field.hpp"

// The exit statuses of curl that we need (curl(1), EXIT CODES), and the one of Ctrl-C.
enum Status {
    unsupported = 1,
    usage = 2,
    no_url = 3,
    no_host = 6,
    no_connection = 7,
    weird_answer = 8,
    incomplete = 18,
    not_written = 23,
    too_late = 28,
    no_answer = 52,
    send_failed = 55,
    receive_failed = 56,
    interrupted = 130,
};

struct Failed : std::runtime_error {
    Status status;
    Failed(Status why, const std::string& sentence) : std::runtime_error{sentence}, status{why} {}
};

// What comes, part by part (lesson 13), and what it means if a part does not come.
template <class Stream> class Incoming {
public:
    Incoming(Stream& stream, ferrule::Wait wait) : reader_{stream}, wait_{wait} {}

    // All bytes before the delimiter, which is consumed; they are there until the next read.
    std::string_view until(std::string_view delimiter, std::size_t limit, Status at_the_end) {
        return read([&] { return reader_.until(delimiter, limit, wait_); }, at_the_end);
    }

    std::string_view exactly(std::size_t size, Status at_the_end) {
        return read([&] { return reader_.exactly(size, wait_); }, at_the_end);
    }

    // Copies so many bytes to standard output, or all there are; says how many those were.
    std::uint64_t print(std::uint64_t size) {
        std::uint64_t done = 0;
        for (const auto& piece : reader_.pieces(size, wait_)) {
            if (!piece && piece.error() == ferrule::Errc::end_of_stream) {
                break;
            }
            const auto bytes = piece.value();
            if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size()) {
                throw Failed{not_written, "Standard output takes no more"};
            }
            done += bytes.size();
        }
        return done;
    }

    void print_exactly(std::uint64_t size) {
        if (const auto done = print(size); done < size) {
            throw Failed{incomplete,
                         fmt::format("The server has ended after {} of {} bytes", done, size)};
        }
    }

private:
    template <class Read> static std::string_view read(Read next, Status at_the_end) {
        const auto part = next();
        if (!part && part.error() == ferrule::Errc::end_of_stream) {
            throw Failed{at_the_end, "The server has ended in the middle of its answer"};
        } else if (!part && part.error() == ferrule::Errc::message_size) {
            throw Failed{receive_failed, "A part of the answer has no end"};
        }
        return part.value();
    }

    ferrule::Reader<Stream, 65536> reader_;
    ferrule::Wait wait_;
};

inline std::uint64_t number(std::string_view text, int base, Status otherwise) {
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    if (const auto read = std::from_chars(text.data(), end, value, base);
        text.empty() || read.ptr != end || read.ec != std::errc{}) {
        throw Failed{otherwise, "A size that the server sends is no number"};
    }
    return value;
}

// A page whose size the server did not know when it began: chunks, each with its size before it,
// the last of size 0; fields may follow (RFC 9112 section 7.1).
template <class Stream> void print_chunks(Incoming<Stream>& incoming) {
    for (;;) {
        const auto line = incoming.until("\r\n", 4096, incomplete);
        const auto size = number(line.substr(0, line.find_first_of("; \t")), 16, receive_failed);
        if (size == 0) {
            break;
        }
        incoming.print_exactly(size);
        if (incoming.exactly(2, incomplete) != "\r\n") {
            throw Failed{receive_failed, "A chunk is longer than its size"};
        }
    }
    while (!incoming.until("\r\n", 4096, incomplete).empty()) {
    }
}

template <class Stream> void print_answer(Incoming<Stream>& incoming) {
    std::string head;
    do {
        head = incoming.until("\r\n\r\n", 65536, no_answer);
        if (!head.starts_with("HTTP/1.") || head.size() < 12) {
            throw Failed{unsupported, "The server does not speak HTTP/1"};
        }
    } while (head[9] == '1'); // 1xx comes before the answer

    const auto length = field(head, "content-length");
    if (const auto status = head.substr(9, 3); status == "204" || status == "304") {
        return; // these have no page
    } else if (field(head, "transfer-encoding") == "chunked") {
        print_chunks(incoming);
    } else if (!length.empty()) {
        incoming.print_exactly(number(length, 10, weird_answer));
    } else {
        incoming.print(UINT64_MAX);
    }
}

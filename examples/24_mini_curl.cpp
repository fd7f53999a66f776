// SPDX-License-Identifier: MIT
//
// Lesson 24: a small curl: names, both families racing, one deadline over everything, Ctrl-C.
//
// You learn what a client is that people can rely on: it reaches a host of which half does not
// answer, ends when it is told to, and says in one sentence what went wrong, with a status that a
// script can ask for.
//
//     24_mini_curl [-m SECONDS] [-v] [[http://]HOST[:PORT][/PATH]]      http://localhost/
//
// The page goes to standard output. Pages, statuses and -m are curl's; -v says what was connected:
//
//     connected to 127.0.0.1:80 after 251 ms
//
//     dial: Connection refused (ECONNREFUSED): [::1]:80 ECONNREFUSED, 127.0.0.1:80 ECONNREFUSED
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include "support/field.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

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

// An Error says what failed and why: that is all a status needs.
Status status_of(const Error& error) {
    if (error.code() == Errc::stopped) {
        return interrupted;
    } else if (error.code() == Errc::deadline_exceeded) {
        return too_late;
    }
    switch (error.operation()) {
    case Operation::parse:
        return no_url;
    case Operation::resolve:
        return error.code() == Errc::bad_service || error.code() == Errc::service_not_found
                   ? no_url
                   : no_host;
    case Operation::send:
        return send_failed;
    case Operation::receive:
        return receive_failed;
    default:
        return no_connection;
    }
}

// What comes, part by part (lesson 13), and what it means if a part does not come.
class Incoming {
public:
    Incoming(const Connection<Ip>& connection, Wait wait) : reader_{connection}, wait_{wait} {}

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
            if (!piece && piece.error() == Errc::end_of_stream) {
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
        if (!part && part.error() == Errc::end_of_stream) {
            throw Failed{at_the_end, "The server has ended in the middle of its answer"};
        } else if (!part && part.error() == Errc::message_size) {
            throw Failed{receive_failed, "A part of the answer has no end"};
        }
        return part.value();
    }

    Reader<const Connection<Ip>, 65536> reader_;
    Wait wait_;
};

std::uint64_t number(std::string_view text, int base, Status otherwise) {
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
void print_chunks(Incoming& incoming) {
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

void print_answer(Incoming& incoming) {
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

void get(std::string_view url, Wait wait, bool verbose) {
    if (url.starts_with("https://")) {
        throw Failed{unsupported, "https needs TLS: see lesson 27"};
    } else if (url.starts_with("http://")) {
        url.remove_prefix(7);
    }
    if (url.find_first_of(" \t\r\n\v\f") != url.npos) {
        throw Failed{no_url, "A URL has no blanks"};
    }
    const auto host = url.substr(0, url.find_first_of("/?#"));
    std::string path{url.substr(host.size(), url.find('#') - host.size())};
    if (!path.starts_with('/')) {
        path.insert(0, "/");
    }

    // All in one call: the name is looked up, IPv6 and IPv4 race, the losers are closed, and the
    // Wait ends whatever it is at. If nothing connects, the error names every endpoint tried. The
    // lookup itself can't be interrupted; it runs in a thread of its own, and is left behind.
    const bool has_port = host.find(':', host.find(']') + 1) != host.npos;
    const auto started = std::chrono::steady_clock::now();
    const auto connection = dial(fmt::format("{}{}", host, has_port ? "" : ":80"), wait).value();
    if (verbose) {
        const auto time = std::chrono::steady_clock::now() - started;
        fmt::print(stderr, "connected to {} after {} ms\n", connection.peer_endpoint().value(),
                   std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
    }
    connection
        .send_all({"GET ", path, " HTTP/1.1\r\nHost: ", host,
                   "\r\nAccept: */*\r\nConnection: close\r\n\r\n"},
                  wait)
        .value();
    Incoming incoming{connection, wait};
    print_answer(incoming);
}

int main(int argc, char** argv) try {
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};
    std::string_view url = "http://localhost/";
    Wait wait = stop;
    bool verbose = false;
    for (int at = 1; at < argc; ++at) {
        const std::string_view argument = argv[at];
        if (argument == "-v") {
            verbose = true;
        } else if (argument == "-m" && at + 1 < argc) {
            // One deadline: a server that sends a byte every second can't stretch it. 0 is none.
            char* end = nullptr;
            const std::chrono::duration<double> seconds{std::strtod(argv[++at], &end)};
            if (end == argv[at] || *end != '\0' || !(seconds >= 0s)) {
                throw Failed{usage, "-m takes a number of seconds"};
            }
            wait = seconds > 0s ? within(seconds, stop) : Wait{stop};
        } else if (argument.starts_with('-')) {
            throw Failed{usage, "24_mini_curl [-m SECONDS] [-v] URL"};
        } else {
            url = argument;
        }
    }
    get(url, wait, verbose);
    if (std::fflush(stdout) != 0) {
        throw Failed{not_written, "Standard output takes no more"};
    }
} catch (const Failed& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return failure.status;
} catch (const Failure& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return status_of(failure.error());
}

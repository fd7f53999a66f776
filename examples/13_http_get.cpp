// SPDX-License-Identifier: MIT
//
// Lesson 13: fetch a page over HTTP, as curl does.
//
// You learn to reach a host by its name, and to read a stream, which has no messages: up to a
// delimiter, then as many bytes as were announced, or to the end.
//
//     13_http_get [[http://]HOST[:PORT][/PATH]]      http://localhost/
//
// The page goes to standard output, and is the same as curl's. What happens on the way goes to
// standard error:
//
//     localhost is [::1]:80
//     localhost is 127.0.0.1:80
//     connected to 127.0.0.1:80
//     HTTP/1.1 200 OK
//     a page of 612 bytes
#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include "support/field.hpp"
#include "support/shown.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

// A receive returns what has come: perhaps half a line, or the end of one part and the beginning of
// the next. A Reader gives the parts themselves, and keeps what has come of the next. Its buffer is
// the limit of a part: a peer that never sends the delimiter must not exhaust memory.
using Incoming = Reader<const Connection<Ip>, 65536>;

// A page may be large, so there is no deadline for the whole page. But a server that sends nothing
// for 30 seconds is gone.
Wait patience(const Stop& stop) { return within(30s, stop); }

std::string_view next_head(Incoming& incoming, const Stop& stop) {
    const auto head = incoming.until("\r\n\r\n", patience(stop));
    if (!head && head.error() == Errc::end_of_stream) {
        throw std::runtime_error{"The server has ended before its answer began"};
    } else if (!head && head.error() == Errc::message_size) {
        throw std::runtime_error{"The head of the answer has no end"};
    }
    return head.value();
}

// Copies the page to standard output: so many bytes, or to the end.
void print_page(Incoming& incoming, std::uint64_t size, bool to_the_end, const Stop& stop) {
    std::uint64_t done = 0;
    while (done < size) {
        const auto most = std::min<std::uint64_t>(size - done, 65536);
        const auto piece = incoming.some(most, patience(stop)).value();
        if (piece.empty()) {
            break;
        }
        if (std::fwrite(piece.data(), 1, piece.size(), stdout) != piece.size()) {
            throw std::runtime_error{"Standard output takes no more"};
        }
        done += piece.size();
    }
    if (std::fflush(stdout) != 0) {
        throw std::runtime_error{"Standard output takes no more"};
    }
    if (!to_the_end && done < size) {
        throw std::runtime_error{
            fmt::format("The server has ended after {} of {} bytes", done, size)};
    }
    fmt::print(stderr, "a page of {} bytes\n", done);
}

void get(std::string_view url, const Stop& stop) {
    if (url.starts_with("http://")) {
        url.remove_prefix(7);
    }
    if (url.find_first_of(" \t\r\n\v\f") != url.npos) { // it would end the line of the request
        throw std::invalid_argument{"A URL has no blanks"};
    }
    // An address with colons stands in brackets; a port, if there is one, comes after.
    const auto host = url.substr(0, url.find_first_of("/?#"));
    std::string path{url.substr(host.size(), url.find('#') - host.size())};
    if (!path.starts_with('/')) {
        path.insert(0, "/");
    }
    const bool has_port = host.find(':', host.find(']') + 1) != host.npos;
    const std::string host_and_port{fmt::format("{}{}", host, has_port ? "" : ":80")};

    // A name may have several addresses, and some may not answer: a server is down, or one family
    // does not work. dial() tries the next address after 250 ms, or as soon as one has failed,
    // while the others go on. The first that connects wins. One Wait is one deadline: 10 s for
    // everything.
    const Wait wait = within(10s, stop);
    const auto parts = split_host_port(host_and_port).value();
    if (parts.host.empty()) { // which would be this host; a URL means another one
        throw std::invalid_argument{std::string{Error{Errc::bad_host, Operation::resolve}.text()}};
    }
    const auto endpoints = resolve(parts.host, parts.service, wait).value();
    for (const auto& endpoint : endpoints) {
        fmt::print(stderr, "{} is {}\n", parts.host, endpoint);
    }
    const auto connection = dial(endpoints, wait).value();
    fmt::print(stderr, "connected to {}\n", connection.peer_endpoint().value());

    // Without `close` the server would keep the connection for a next request.
    const auto request = fmt::format(
        "GET {} HTTP/1.1\r\nHost: {}\r\nAccept: */*\r\nConnection: close\r\n\r\n", path, host);
    connection.send_all(request, within(30s, stop)).value();

    // An answer is a head, an empty line, and the page. Heads of 1xx come before the answer.
    Incoming incoming{connection};
    std::string head; // a copy: the next read overwrites what the Reader gave
    do {
        head = next_head(incoming, stop);
        fmt::print(stderr, "{}\n", shown(head.substr(0, head.find("\r\n"))));
        if (!head.starts_with("HTTP/1.") || head.size() < 12) {
            throw std::runtime_error{"The server does not speak HTTP/1"};
        }
    } while (head[9] == '1');

    const auto status = head.substr(9, 3);
    const auto announced = field(head, "content-length");
    std::uint64_t size = UINT64_MAX;
    if (status == "204" || status == "304") {
        size = 0; // these have no page
    } else if (!field(head, "transfer-encoding").empty()) {
        throw std::runtime_error{"The server sends its page in chunks: see lesson 24"};
    } else if (!announced.empty()) {
        const char* const end = announced.data() + announced.size();
        if (const auto read = std::from_chars(announced.data(), end, size);
            read.ptr != end || read.ec != std::errc{}) {
            throw std::runtime_error{"The length of the page is no number"};
        }
    }
    print_page(incoming, size, announced.empty(), stop);
}

int main(int argc, char** argv) try {
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};
    get(argc > 1 ? argv[1] : "http://localhost/", stop);
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}

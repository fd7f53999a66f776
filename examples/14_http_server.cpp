// SPDX-License-Identifier: MIT
//
// Lesson 14: a small HTTP/1.1 server: the files of a folder, for any browser.
//
// You learn to serve one request after another on a connection; to answer what a stranger sends,
// whatever it is; to send a file without reading it; and why the server gets its port again at
// once.
//
//     14_http_server [FOLDER [ADDRESS:PORT]]      . 127.0.0.1:8080; port 0 is any free one
//
// Try it with curl: `curl -v http://127.0.0.1:8080/README.md`
//
//     listening on 127.0.0.1:8080
//     127.0.0.1:40312 GET /README.md 200
//     127.0.0.1:40312 GET /nowhere 404
//     stopping                                          that was Ctrl-C
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "support/field.hpp"
#include "support/shown.hpp"
#include "support/threads.hpp"

using namespace ferrule;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

struct Request {
    std::string method;
    std::string path;
    bool stays = true; // for another request
};

// The head of a request: its line and its fields, up to an empty line (RFC 9112 section 2.1). What
// is none has no method.
Request read_request(std::string_view head) {
    const auto line = head.substr(0, head.find("\r\n"));
    const auto first = line.find(' ');
    const auto second = line.rfind(' ');
    const auto protocol = line.substr(second + 1);
    if (first == line.npos || first == second || !protocol.starts_with("HTTP/1.")) {
        return {};
    }
    const auto target = line.substr(first + 1, second - first - 1);
    return {std::string{line.substr(0, first)}, std::string{target.substr(0, target.find('?'))},
            protocol != "HTTP/1.0" && field(head, "connection") != "close"};
}

// The file that a path names, if it is one below the folder: `/../etc/passwd` is not.
fs::path file_of(const fs::path& folder, const std::string& path) {
    std::error_code error;
    const auto file = fs::canonical(folder / path.substr(1), error);
    const auto inside = file.lexically_relative(folder);
    const bool is_below = !error && !inside.empty() && *inside.begin() != "..";
    return is_below && fs::is_regular_file(file, error) ? file : fs::path{};
}

// The answer: a head, and the file behind it. The kernel moves the file from its cache to the
// connection; this program never sees it.
Result<void> answer(const Connection<Ip>& connection, const Request& request, int status,
                    const fs::path& file, const Stop& stop) {
    const Descriptor open{file.empty() ? -1 : ::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    std::error_code error;
    const auto size = open.is_open() ? fs::file_size(file, error) : 0;
    const auto head =
        fmt::format("HTTP/1.1 {} {}\r\nContent-Length: {}\r\nConnection: {}\r\n\r\n", status,
                    status == 200   ? "OK"
                    : status == 404 ? "Not Found"
                    : status == 405 ? "Not Allowed"
                                    : "Bad",
                    size, request.stays ? "keep-alive" : "close");
    auto sent = connection.send_all(head, within(60s, stop));
    if (sent && request.method == "GET" && size != 0) {
        sent = send_file(connection, {.file = open.number(), .offset = 0, .size = size},
                         within(10min, stop));
    }
    return sent;
}

// Requests may come before their turn (pipelining): the Reader keeps them. Whoever sends no head of
// 8 kB within a minute is not spoken to.
void serve(Connection<Ip> connection, Endpoint<Ip> peer, fs::path folder, const Stop& stop) {
    Reader<Connection<Ip>, 8192> reader{connection};
    for (Request request; request.stays;) {
        const auto head = reader.until("\r\n\r\n", within(60s, stop));
        if (!head && head.error() != Errc::message_size) {
            return; // the usual end
        }
        request = head ? read_request(*head) : Request{};
        const bool is_known = request.method == "GET" || request.method == "HEAD";
        const bool is_request =
            request.path.starts_with('/') && request.path.find('\0') == std::string::npos;
        const auto file = is_known && is_request ? file_of(folder, request.path) : fs::path{};
        const int status = !is_request ? 400 : !is_known ? 405 : file.empty() ? 404 : 200;
        request.stays = request.stays && is_request && is_known; // what follows may be a body
        fmt::print("{} {} {} {}\n", peer, shown(request.method), shown(request.path), status);
        if (!answer(connection, request, status, file, stop)) {
            return;
        }
    }
    static_cast<void>(std::move(connection).finish(within(1s, stop))); // or what was sent is lost
}

int main(int argc, char** argv) try {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const auto folder = fs::canonical(argc > 1 ? argv[1] : ".");
    const auto endpoint = Endpoint<Ip>::parse(argc > 2 ? argv[2] : "127.0.0.1:8080").value();
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};

    // A server that has ended leaves connections behind that still keep its port busy (TIME_WAIT).
    // Listener::listen sets SO_REUSEADDR, so that the next one gets the port at once.
    const auto listener = Listener<Ip>::listen(endpoint).value();
    fmt::print("listening on {}\n", listener.local_endpoint().value());
    Threads clients{stop};
    for (;;) {
        auto accepted = listener.accept(stop);
        if (!accepted && accepted.error().code() == Errc::stopped) {
            fmt::print("stopping\n");
            return 0;
        }
        auto& [connection, peer] = accepted.value();
        clients.start(serve, std::move(connection), peer, folder);
    }
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}

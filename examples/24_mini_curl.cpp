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
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <string>
#include <string_view>

#include "support/http_answer.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

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
    if (host.empty() || host.front() == ':') { // dial would take it for this host
        throw Failed{no_host, "A URL has a host"};
    }
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

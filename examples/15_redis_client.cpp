// SPDX-License-Identifier: MIT
//
// Lesson 15: a client of Redis: a real protocol, pipelined; and what Nagle's algorithm costs.
//
// You learn to speak a protocol of lines and sizes; to send many requests before the first answer;
// and to see in numbers why a request goes out in one send.
//
//     15_redis_client HOST:PORT COMMAND [ARGUMENT...]
//     15_redis_client HOST:PORT
//
// With a command it prints the answer, as redis-cli does; without one it measures:
//
//     15_redis_client 127.0.0.1:6379 INCR visits
//     (integer) 1
//     15_redis_client 127.0.0.1:6379
//     1000 requests, each after the answer before: 31 us each
//     1000 requests, all before the first answer: 2 us each
//     20 requests of two sends each: 43968 us each
//     20 of two sends each, without Nagle's algorithm: 51 us each
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
#include <vector>

#include "support/shown.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

// A connection with a buffer for each direction. An answer of more than 512 kB is refused.
struct Redis {
    Connection<Ip> connection;
    Wait wait;
    std::vector<char> room = std::vector<char>(512 * 1024);
    Reader<Connection<Ip>> reader{connection, room};
    Writer<Connection<Ip>, 16384> writer{connection};

    // A request: how many words, and each with its size before it (RESP). It waits in the Writer.
    void ask(const std::vector<std::string>& words) {
        writer.write(fmt::format("*{}\r\n", words.size()), wait).value();
        for (const auto& word : words) {
            writer.write(fmt::format("${}\r\n{}\r\n", word.size(), word), wait).value();
        }
    }

    static std::int64_t number(std::string_view text) {
        std::int64_t value = 0;
        const char* const end = text.data() + text.size();
        if (text.empty() || std::from_chars(text.data(), end, value).ptr != end) {
            throw std::runtime_error{"The server sends no number where one belongs"};
        }
        return value;
    }

    // An answer as text. A list may have lists in it, and a stranger could nest them without end.
    std::string answer(int depth = 0) {
        const std::string line{reader.line(4096, wait).value()};
        const auto rest = line.substr(line.empty() ? 0 : 1);
        switch (depth > 8 || line.empty() ? '\0' : line[0]) {
        case '+':
            return rest;
        case '-':
            return "(error) " + rest;
        case ':':
            return "(integer) " + rest;
        case '$': {
            const auto size = number(rest);
            if (size < 0) {
                return "(nil)";
            }
            const std::string text{reader.exactly(static_cast<std::size_t>(size), wait).value()};
            if (reader.exactly(2, wait).value() != "\r\n") { // the text ends before it
                break;
            }
            return fmt::format("\"{}\"", shown(text, text.size()));
        }
        case '*': {
            std::string list = "(list)";
            for (auto left = number(rest); left > 0; --left) {
                list += " " + answer(depth + 1);
            }
            return list;
        }
        }
        throw std::runtime_error{"The server does not speak RESP"};
    }
};

void time(std::string_view what, int count, auto body) {
    const auto begin = std::chrono::steady_clock::now();
    body(count);
    const std::chrono::duration<double, std::micro> spent =
        std::chrono::steady_clock::now() - begin;
    fmt::print("{} {}: {:.0f} us each\n", count, what, spent.count() / count);
}

void measure(Redis& redis) {
    time("requests, each after the answer before", 1000, [&](int count) {
        for (int left = count; left > 0; --left) {
            redis.ask({"PING"});
            redis.writer.flush(redis.wait).value();
            redis.answer();
        }
    });
    // The way there and back is paid for once, and packets are full: this is called pipelining.
    time("requests, all before the first answer", 1000, [&](int count) {
        for (int left = count; left > 0; --left) {
            redis.ask({"PING"});
        }
        redis.writer.flush(redis.wait).value();
        for (int left = count; left > 0; --left) {
            redis.answer();
        }
    });
    // Two sends for one request: the second, which is small, waits until the first is acknowledged
    // (Nagle's algorithm), and the server, which has nothing to answer yet, takes its time for
    // that.
    const auto in_two_sends = [&](int count) {
        for (int left = count; left > 0; --left) {
            redis.connection.send_all("*1\r\n", redis.wait).value();
            redis.connection.send_all("$4\r\nPING\r\n", redis.wait).value();
            redis.answer();
        }
    };
    time("requests of two sends each", 20, in_two_sends);
    redis.connection.set(opt::NoDelay{true}).value();
    time("of two sends each, without Nagle's algorithm", 20, in_two_sends);
}

int main(int argc, char** argv) try {
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};
    if (argc < 2) {
        throw std::invalid_argument{"15_redis_client HOST:PORT [COMMAND [ARGUMENT...]]"};
    }
    Redis redis{dial(argv[1], within(5s, stop)).value(), within(30s, stop)};
    if (argc == 2) {
        return measure(redis), 0;
    }
    redis.ask({argv + 2, argv + argc});
    redis.writer.flush(redis.wait).value();
    fmt::print("{}\n", redis.answer());
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}

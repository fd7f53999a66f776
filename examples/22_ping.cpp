// SPDX-License-Identifier: MIT
//
// Lesson 22: ping: ICMP, with privileges and without.
//
// You learn what a Raw socket sees, which kind of ICMP socket everybody may have, what privileges
// the other takes, and to ask for what comes beside the data: the hop limit of the answer.
//
//     22_ping ADDRESS [COUNT [raw]]      127.0.0.1 or ::1; 4 times
//
//     127.0.0.1 answers 1 after 41 us, hop limit 64
//     127.0.0.1 does not answer 2
//     2 sent, 1 answered, by a Datagram socket
#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

using namespace ferrule;
using namespace std::chrono_literals;
using Number = BigEndian<std::uint16_t>;

// An echo request and its answer (RFC 792; RFC 4443 section 4 for IPv6).
struct Echo {
    std::uint8_t type;
    std::uint8_t code;
    Number checksum;
    Number id;
    Number sequence;
};
template <class Family>
constexpr std::uint8_t request_type = std::is_same_v<Family, Ipv4> ? 8 : 128;
template <class Family> constexpr std::uint8_t answer_type = std::is_same_v<Family, Ipv4> ? 0 : 129;

// The sum of all pairs of bytes, turned over (RFC 1071). Over IPv6 the kernel sees to it.
std::uint16_t checksum_of(const Echo& echo) {
    const auto pairs = std::bit_cast<std::array<Number, sizeof(Echo) / 2>>(echo);
    std::uint32_t sum = 0;
    for (const std::uint32_t pair : pairs) {
        sum += pair;
    }
    sum = (sum >> 16) + (sum & 0xffff);
    return static_cast<std::uint16_t>(~(sum + (sum >> 16)));
}

// Sends so many requests and waits a second for each answer. Returns how many came.
template <class Family, class Type, class Protocol>
int ping(const Connection<Family, Type, Protocol>& socket, const Address<Family>& address,
         int count, const Stop& stop) {
    socket.set(opt::ReceiveHopLimit{true}).value();
    constexpr bool is_raw = std::is_same_v<Type, Raw>;
    if constexpr (is_raw) { // a Raw socket gets all of ICMP, not only what is for us
        socket.set(opt::IcmpFilter{opt::IcmpFilter::Types::none().with(answer_type<Family>)})
            .value();
    }
    const auto id = static_cast<std::uint16_t>(std::random_device{}());
    int answered = 0;
    for (int number = 1; number <= count; ++number) {
        Echo echo{request_type<Family>, 0, 0, id, static_cast<std::uint16_t>(number)};
        echo.checksum = std::is_same_v<Family, Ipv4> ? checksum_of(echo) : std::uint16_t{0};
        const auto begin = std::chrono::steady_clock::now();
        const Wait wait = within(1s, stop);
        socket.send(bytes_of(echo), wait).value();
        for (std::array<std::byte, 1500> buffer;;) {
            auto message = receive<control::HopLimit>(socket, buffer, wait);
            if (!message && message.error() == Errc::deadline_exceeded) {
                fmt::print("{} does not answer {}\n", address, number);
                break;
            }
            auto data = message.value().data;
            if (is_raw && std::is_same_v<Family, Ipv4> && !data.empty()) {
                // Of IPv4 a Raw socket gets the IP header, too. Its size is in its first byte.
                const auto header = std::to_integer<std::size_t>(data[0] & std::byte{15}) * 4;
                data = data.subspan(std::min(header, data.size()));
            }
            Echo answer{};
            if (data.size() < sizeof answer) {
                continue;
            }
            std::copy_n(data.begin(), sizeof answer, bytes_of(answer).begin());
            // The kernel chooses the id of a Datagram socket, and gives it only its own answers.
            if (answer.type == answer_type<Family> && answer.sequence == number &&
                (!is_raw || answer.id == id)) {
                const auto time = std::chrono::steady_clock::now() - begin;
                fmt::print("{} answers {} after {} us, hop limit {}\n", address, number,
                           std::chrono::duration_cast<std::chrono::microseconds>(time).count(),
                           message->template take<control::HopLimit>().value().value);
                ++answered;
                break;
            }
        }
    }
    fmt::print("{} sent, {} answered, by a {} socket\n", count, answered,
               is_raw ? "Raw" : "Datagram");
    return answered;
}

// Datagram: echo only, for the groups that net.ipv4.ping_group_range names. Raw: everything, for
// who has CAP_NET_RAW. We ask for the one that needs less.
template <class Family, class Protocol>
int ping_somehow(const Address<Family>& address, int count, bool raw, const Stop& stop) {
    if (!raw) {
        const auto socket = Connection<Family, Datagram, Protocol>::connect({address, 0});
        if (socket || socket.error() != Errc::permission_denied) {
            return ping(socket.value(), address, count, stop);
        }
    }
    const auto socket = Connection<Family, Raw, Protocol>::connect({address, 0});
    if (!socket && socket.error() == Errc::operation_not_permitted) {
        throw std::runtime_error{"Neither net.ipv4.ping_group_range nor CAP_NET_RAW lets us ping"};
    }
    return ping(socket.value(), address, count, stop);
}

int main(int argc, char** argv) try {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};
    const auto address = Address<Ip>::parse(argc > 1 ? argv[1] : "127.0.0.1").value();
    const std::string_view text = argc > 2 ? argv[2] : "4";
    int count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    const bool raw = argc > 3 && std::string_view{argv[3]} == "raw";
    const auto ipv4 = address.to<Ipv4>();
    const int answered = ipv4 ? ping_somehow<Ipv4, Icmp>(*ipv4, count, raw, stop)
                              : ping_somehow<Ipv6, Icmpv6>(*address.to<Ipv6>(), count, raw, stop);
    return answered > 0 ? 0 : 1;
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}

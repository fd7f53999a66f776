// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Reaching a host by name, over whichever of its addresses answers first.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <poll.h>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../core/text.hpp"
#include "../endpoint/any.hpp"
#include "../endpoint/ip.hpp"
#include "../opt/setting.hpp"
#include "../socket/connecting.hpp"
#include "../socket/connection.hpp"
#include "../socket/impl/steps.hpp"
#include "../sys/clock.hpp"
#include "../sys/poll.hpp"
#include "../tag/family.hpp"
#include "../tag/legal.hpp"
#include "../wait/deadline.hpp"
#include "../wait/stop.hpp"
#include "../wait/wait.hpp"
#include "host_port.hpp"
#include "resolve.hpp"

namespace ferrule {

/// Why a host could not be reached: the cause, and every endpoint that was tried with its own. The
/// cause is that of the first endpoint, unless the deadline, the stop or the name came before.
class DialError : public RicherError {
public:
    /// One endpoint that was tried, and what came of it.
    struct Attempt {
        Endpoint<Any> endpoint;
        Errc cause = Errc::none;
    };

    /// So many attempts are kept; of more only the number.
    static constexpr std::size_t capacity = 24;

    constexpr DialError(Error cause) : RicherError{cause} {}

    [[nodiscard]] constexpr std::span<const Attempt> attempts() const { return {attempts_, kept_}; }
    /// How many endpoints were tried in all.
    [[nodiscard]] constexpr std::size_t tried() const { return tried_; }

    /// `dial: Connection refused (ECONNREFUSED): [::1]:80 ECONNREFUSED, 127.0.0.1:80 ECONNREFUSED`
    [[nodiscard]] constexpr Text<2047> text() const {
        Text<2047> sentence{cause_.text()};
        for (std::size_t at = 0; at < kept_; ++at) {
            sentence.append(at == 0 ? ": " : ", ")
                .append(attempts_[at].endpoint.text())
                .append(' ');
            sentence.append(describe(attempts_[at].cause).name);
        }
        if (tried_ > kept_) {
            sentence.append(" and ").append_number(tried_ - kept_).append(" more");
        }
        return sentence;
    }

    constexpr void add(const Endpoint<Any>& endpoint, Errc cause) {
        if (kept_ < capacity) {
            attempts_[kept_++] = {endpoint, cause};
        }
        ++tried_;
    }

    constexpr void set_cause(Errc cause) { cause_ = {cause, Operation::dial}; }

private:
    Attempt attempts_[capacity]{};
    std::size_t kept_ = 0;
    std::size_t tried_ = 0;
};

namespace detail {

/// RFC 8305 section 5, Connection Attempt Delay: 250 ms in nanoseconds.
inline constexpr std::int64_t attempt_delay = 250'000'000;

// The endpoints in the order of RFC 8305 section 4: the first one's family and the other by turns.
class Interleaved {
public:
    explicit Interleaved(std::span<const Endpoint<Ip>> endpoints) : endpoints_{endpoints} {
        first_domain_ = endpoints.empty() ? 0 : endpoints[0].domain();
    }

    // The next one, or a null pointer after the last.
    const Endpoint<Ip>* next() {
        for (int tries = 0; tries < 2; ++tries) {
            std::size_t& at = at_[turn_];
            const bool wants_first = turn_ == 0;
            turn_ = 1 - turn_;
            while (at < endpoints_.size() &&
                   (endpoints_[at].domain() == first_domain_) != wants_first) {
                ++at;
            }
            if (at < endpoints_.size()) {
                return &endpoints_[at++];
            }
        }
        return nullptr;
    }

private:
    std::span<const Endpoint<Ip>> endpoints_;
    int first_domain_;
    std::size_t at_[2]{};
    std::size_t turn_ = 0;
};

// The race: attempts on the way, one more whenever the last is 250 ms old or one has failed. The
// first that connects wins, the others are closed. A connection to itself, which loopback makes of
// a port that nobody listens on, is made again, twice at most.
template <class Protocol, class... Options>
Result<Connection<Ip, Stream, Protocol>, DialError> race(std::span<const Endpoint<Ip>> endpoints,
                                                         Wait wait, const Options&... options) {
    using Attempt = Connecting<Ip, Stream, Protocol>;
    struct Runner {
        const Endpoint<Ip>* endpoint = nullptr;
        Result<Attempt> attempt = Error{Errc::not_open, Operation::connect};
        int again = 0;
    };
    constexpr std::size_t most = 32; // at once
    Runner runners[most];
    pollfd watched[most + 1];
    std::size_t running = 0;
    Interleaved left{endpoints};
    const Endpoint<Ip>* next = left.next();
    const Endpoint<Ip>* const first = next;
    std::int64_t next_start = 0;
    DialError failure{Error{Errc::host_not_found, Operation::dial}};

    auto start = [&](const Endpoint<Ip>& endpoint) -> Result<Attempt> {
        auto opened = steps::open_for<Ip, Stream, Protocol>(endpoint, sys::Blocking::no);
        if (!opened) {
            return opened.error();
        }
        if (auto set = steps::set<steps::Moment::opened>(*opened, options...); !set) {
            return set.error();
        }
        return Attempt::start(*std::move(opened), endpoint);
    };
    auto failed = [&](const Endpoint<Ip>& endpoint, Errc cause) {
        if (&endpoint == first) {
            failure.set_cause(cause);
        }
        failure.add(endpoint, cause);
        next_start = 0;
    };
    auto give_up = [&](Errc cause) {
        for (std::size_t at = 0; at < running; ++at) {
            failure.add(*runners[at].endpoint, cause);
        }
        failure.set_cause(cause);
        return failure;
    };

    for (;;) {
        if (auto going = wait.check_stop(Operation::dial); !going) {
            return give_up(going.error().code());
        }
        while (next != nullptr && running < most && (running == 0 || sys::now() >= next_start)) {
            auto attempt = start(*next);
            if (attempt) {
                runners[running++] = {next, std::move(attempt), 0};
                next_start = sys::now() + attempt_delay;
            } else {
                failed(*next, attempt.error().code());
            }
            next = left.next();
        }
        if (running == 0) {
            return failure;
        }

        const std::int64_t patience = wait.is_no_wait() ? 0 : wait.deadline().remaining();
        std::int64_t pause = patience;
        if (next != nullptr && running < most) {
            const std::int64_t now = sys::now();
            const std::int64_t until_next = next_start > now ? next_start - now : 0;
            pause = patience < 0 || until_next < patience ? until_next : patience;
        }
        for (std::size_t at = 0; at < running; ++at) {
            watched[at] = {runners[at].attempt->descriptor(), Attempt::events(), 0};
        }
        std::size_t size =
            running; // an entry counts against RLIMIT_NOFILE, so none that is ignored
        if (wait.stop() != nullptr) {
            watched[size++] = {wait.stop()->descriptor(), POLLIN, 0};
        }
        if (const auto polled = sys::poll(watched, size, pause); !polled) {
            return give_up(polled.error().code());
        }
        if (size != running && watched[running].revents != 0) {
            wait.stop()->see_what_came_before();
            return give_up(Errc::stopped);
        }

        for (std::size_t at = running; at-- > 0;) {
            if (watched[at].revents == 0) {
                continue;
            }
            auto connected = runners[at].attempt->complete(no_wait);
            Errc cause = connected ? Errc::connection_refused : connected.error().code();
            if (connected) {
                const auto local = connected->local_endpoint();
                const auto peer = connected->peer_endpoint();
                if (!local || !peer || *local != *peer) {
                    auto opened = std::move(*connected).take();
                    auto set = steps::set<steps::Moment::finished>(opened, options...);
                    if (set) {
                        return Connection<Ip, Stream, Protocol>{std::move(opened)};
                    }
                    cause = set.error().code();
                } else if (runners[at].again < 2) {
                    connected = Error{Errc::connection_refused, Operation::connect};
                    if (auto again = start(*runners[at].endpoint)) {
                        runners[at] = {runners[at].endpoint, std::move(again),
                                       runners[at].again + 1};
                        continue;
                    }
                }
            } else if (cause == Errc::would_block) {
                continue;
            }
            failed(*runners[at].endpoint, cause);
            runners[at] = std::move(runners[--running]);
        }
        if (running > 0 && patience == 0) {
            return give_up(wait.is_no_wait() ? Errc::would_block : Errc::timed_out);
        }
    }
}

// A connection of the race as one of the family asked for.
template <class Family, class Protocol>
using Dialled = Result<Connection<Family, Stream, Protocol>, DialError>;

// What Any speaks over IP.
template <class Family, class Protocol>
using RacingProtocol = std::conditional_t<std::is_same_v<Family, Any>, Tcp, Protocol>;

} // namespace detail

/// connect(2) to the endpoints, in order but the families by turns, 250 ms apart or as soon as one
/// fails; the first that connects wins (RFC 8305, Happy Eyeballs): `dial(endpoints, [wait],
/// options...)`. One wait spans all. Resolves nothing.
template <class Family = Ip, class Protocol = DefaultProtocol<Family, Stream>, class... Options>
    requires Among<Family, OneOf<Ip, Any>> &&
             AppliesTo<
                 FirstRefusedAfterWait<state::Connection, Family, Stream, Protocol, Options...>,
                 Family, Stream, Protocol>
[[nodiscard]] detail::Dialled<Family, Protocol> dial(std::span<const Endpoint<Ip>> endpoints,
                                                     Options&&... options) {
    auto connected = detail::race<detail::RacingProtocol<Family, Protocol>>(
        endpoints, steps::wait_of(options...), options...);
    if (!connected) {
        return connected.error();
    }
    return Connection<Family, Stream, Protocol>{*std::move(connected)};
}

/// resolve(), then connect(2) to whichever of the endpoints answers first: `dial("example.com",
/// "http", within(5s))`. One wait spans both.
template <class Family = Ip, class Protocol = DefaultProtocol<Family, Stream>, class... Options>
    requires Among<Family, OneOf<Ip, Any>> &&
             AppliesTo<
                 FirstRefusedAfterWait<state::Connection, Family, Stream, Protocol, Options...>,
                 Family, Stream, Protocol>
[[nodiscard]] detail::Dialled<Family, Protocol>
dial(std::string_view host, std::string_view service, Options&&... options) {
    auto endpoints = resolve(host, service, steps::wait_of(options...));
    if (!endpoints) {
        return DialError{endpoints.error()};
    }
    return dial<Family, Protocol>(std::span<const Endpoint<Ip>>{*endpoints}, options...);
}

/// The same of a port that is a number: `dial("example.com", 80)`.
template <class Family = Ip, class Protocol = DefaultProtocol<Family, Stream>, std::integral Port,
          class... Options>
    requires(!std::same_as<Port, bool>) && Among<Family, OneOf<Ip, Any>> &&
            AppliesTo<
                FirstRefusedAfterWait<state::Connection, Family, Stream, Protocol, Options...>,
                Family, Stream, Protocol>
[[nodiscard]] detail::Dialled<Family, Protocol> dial(std::string_view host, Port port,
                                                     Options&&... options) {
    return dial<Family, Protocol>(host, std::string_view{detail::port_text(port)}, options...);
}

/// The same of one text: `dial("[::1]:80")`, `dial("example.com:http")`, and of Any
/// `dial<Any>("unix:/run/x.sock")`, too.
template <class Family = Ip, class Protocol = DefaultProtocol<Family, Stream>, class... Options>
    requires Among<Family, OneOf<Ip, Any>> &&
             AppliesTo<
                 FirstRefusedAfterWait<state::Connection, Family, Stream, Protocol, Options...>,
                 Family, Stream, Protocol>
[[nodiscard]] detail::Dialled<Family, Protocol> dial(std::string_view text, Options&&... options) {
    if constexpr (std::is_same_v<Family, Any>) {
        if (text.starts_with("unix:")) {
            const auto endpoint = Endpoint<Any>::parse(text);
            if (!endpoint) {
                return DialError{endpoint.error()};
            }
            auto connected = Connection<Any>::connect(*endpoint, options...);
            if (!connected) {
                DialError failure{connected.error()};
                failure.add(*endpoint, connected.error().code());
                return failure;
            }
            return *std::move(connected);
        }
    }
    if (text.starts_with("unix:")) {
        return DialError{Error{Errc::needs_any, Operation::dial}};
    }
    if (text.find("://") != text.npos) {
        return DialError{Error{Errc::is_a_url, Operation::dial}};
    }
    const auto parts = split_host_port(text);
    if (!parts) {
        return DialError{parts.error()};
    }
    return dial<Family, Protocol>(parts->host, parts->service, options...);
}

} // namespace ferrule

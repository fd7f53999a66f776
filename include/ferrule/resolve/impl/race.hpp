// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Connecting to the first of many endpoints that answers (RFC 8305, Happy Eyeballs).

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "../../core/error.hpp"
#include "../../core/result.hpp"
#include "../../endpoint/ip.hpp"
#include "../../socket/connecting.hpp"
#include "../../socket/connection.hpp"
#include "../../socket/handle.hpp"
#include "../../socket/impl/steps.hpp"
#include "../../sys/clock.hpp"
#include "../../sys/numbers.hpp"
#include "../../sys/poll.hpp"
#include "../../sys/socket.hpp"
#include "../../tag/family.hpp"
#include "../../tag/type.hpp"
#include "../../wait/deadline.hpp"
#include "../../wait/stop.hpp"
#include "../../wait/wait.hpp"
#include "../dial_error.hpp"

namespace ferrule::detail {

/// RFC 8305 section 5, Connection Attempt Delay: 250 ms in nanoseconds.
inline constexpr std::int64_t attempt_delay = 250'000'000;

// The endpoints in the order of RFC 8305 section 4: the family of the first endpoint and the other
// one by turns.
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

// On loopback a connect to a port without a listener may take this very port for itself and meet
// itself (TCP's simultaneous open, RFC 9293 section 3.5). Ports below 1024 are not taken so. It is
// tried so often, then the peer has refused.
inline constexpr int most_tries = 3;

template <class Protocol>
bool is_its_own_peer(const Connection<Ip, Stream, Protocol>& connection, const Endpoint<Ip>& peer) {
    if (peer.port() < 1024) {
        return false;
    }
    const auto local = connection.local_endpoint();
    if (!local || local->port() != peer.port()) {
        return false;
    }
    const auto remote = connection.peer_endpoint();
    return remote && *local == *remote;
}

// The race. An attempt starts when the last one is 250 ms old or one has failed. The first that
// connects wins, the others are closed. `prepare(endpoint)` opens a socket with its options,
// `finish(opened)` sets the options of a connection.
template <class Protocol, class Prepare, class Finish> class Race {
public:
    using Winner = Connection<Ip, Stream, Protocol>;
    using Outcome = Result<Winner, DialError>;

    Race(std::span<const Endpoint<Ip>> endpoints, Wait wait, Prepare prepare, Finish finish)
        : left_{endpoints}, wait_{wait}, prepare_{prepare}, finish_{finish}, next_{left_.next()},
          first_{next_} {}

    Outcome run() {
        for (;;) {
            if (const auto going = wait_.check_stop(Operation::dial); !going) {
                return give_up(going.error().code());
            }
            start_what_is_due();
            if (running_ == 0) {
                return failure_;
            }
            const std::int64_t patience = wait_.is_no_wait() ? 0 : wait_.deadline().remaining();
            if (const auto waited = wait_for_news(patience); !waited) {
                return give_up(waited.error().code());
            }
            if (auto winner = look_who_is_there(); winner.has_value()) {
                return *std::move(winner);
            }
            if (running_ > 0 && patience == 0) {
                return give_up(wait_.is_no_wait() ? Errc::would_block : Errc::deadline_exceeded);
            }
        }
    }

private:
    using Attempt = Connecting<Ip, Stream, Protocol>;
    struct Runner {
        const Endpoint<Ip>* endpoint = nullptr;
        Result<Attempt> attempt = Error{Errc::not_open, Operation::connect};
        int again = 0;
    };
    static constexpr std::size_t most = 32; // at once

    bool may_start_one_more() const { return next_ != nullptr && running_ < most; }

    Result<Attempt> start(const Endpoint<Ip>& endpoint) {
        return prepare_(endpoint).and_then(
            [&](Opened<Ip>&& opened) { return Attempt::start(std::move(opened), endpoint); });
    }

    void start_what_is_due() {
        while (may_start_one_more() && (running_ == 0 || sys::now() >= next_start_)) {
            if (auto attempt = start(*next_)) {
                runners_[running_++] = {next_, std::move(attempt), 0};
                next_start_ = sys::now() + attempt_delay;
            } else {
                failed(*next_, attempt.error().code());
            }
            next_ = left_.next();
        }
    }

    // Waits until an attempt ends, the next one is due, or the time is up. `stopped` if the stop
    // was requested.
    Result<void> wait_for_news(std::int64_t patience) {
        std::int64_t pause = patience;
        if (may_start_one_more()) {
            const std::int64_t now = sys::now();
            const std::int64_t until_next = next_start_ > now ? next_start_ - now : 0;
            pause = patience < 0 || until_next < patience ? until_next : patience;
        }
        std::size_t size = running_;
        for (std::size_t at = 0; at < size; ++at) {
            watched_[at] = {runners_[at].attempt->descriptor(), Attempt::events(), 0};
        }
        // An entry counts against RLIMIT_NOFILE, so none that is ignored.
        if (wait_.stop() != nullptr) {
            watched_[size++] = {wait_.stop()->descriptor(), sys::pollin, 0};
        }
        if (const auto polled = sys::poll(watched_, size, pause); !polled) {
            return polled.error();
        }
        if (size != running_ && watched_[running_].revents != 0) {
            wait_.stop()->see_what_came_before();
            return Error{Errc::stopped, Operation::dial};
        }
        return {};
    }

    // Returns the first that has connected, if there is one, and removes those that have failed.
    Result<Winner> look_who_is_there() {
        for (std::size_t at = running_; at-- > 0;) {
            if (watched_[at].revents == 0) {
                continue;
            }
            auto connected = finished(runners_[at]);
            if (connected) {
                return connected;
            }
            if (connected.error() != Errc::would_block) {
                failed(*runners_[at].endpoint, connected.error().code());
                runners_[at] = std::move(runners_[--running_]);
            }
        }
        return Error{Errc::would_block, Operation::dial};
    }

    // A connection, the error of the attempt, or `would_block` if it goes on. An attempt that met
    // itself is repeated.
    Result<Winner> finished(Runner& runner) {
        auto connected = runner.attempt->complete(no_wait);
        if (!connected) {
            return connected;
        }
        if (!is_its_own_peer(*connected, *runner.endpoint)) {
            auto opened = std::move(*connected).take();
            if (const auto set = finish_(opened); !set) {
                return set.error();
            }
            return Winner{std::move(opened)};
        }
        connected = Error{Errc::connection_refused, Operation::connect}; // closes it
        if (runner.again < most_tries - 1) {
            if (auto again = start(*runner.endpoint)) {
                runner = {runner.endpoint, std::move(again), runner.again + 1};
                return Error{Errc::would_block, Operation::connect};
            }
        }
        return connected;
    }

    void failed(const Endpoint<Ip>& endpoint, Errc cause) {
        if (&endpoint == first_) {
            failure_.set_cause(cause);
        }
        failure_.add(endpoint, cause);
        next_start_ = 0;
    }

    DialError give_up(Errc cause) {
        for (std::size_t at = 0; at < running_; ++at) {
            failure_.add(*runners_[at].endpoint, cause);
        }
        failure_.set_cause(cause);
        return failure_;
    }

    Interleaved left_;
    Wait wait_;
    Prepare prepare_;
    Finish finish_;
    const Endpoint<Ip>* next_;
    const Endpoint<Ip>* first_;
    Runner runners_[most]{};
    pollfd watched_[most + 1]{};
    std::size_t running_ = 0;
    std::int64_t next_start_ = 0;
    DialError failure_{Error{Errc::host_not_found, Operation::dial}};
};

template <class Protocol, class... Options>
Result<Connection<Ip, Stream, Protocol>, DialError> race(std::span<const Endpoint<Ip>> endpoints,
                                                         Wait wait, const Options&... options) {
    auto prepare = [&](const Endpoint<Ip>& endpoint) -> Result<Opened<Ip>> {
        auto opened = steps::open_for<Ip, Stream, Protocol>(endpoint, sys::Blocking::no);
        if (opened) {
            if (auto done = steps::set<steps::Moment::opened>(*opened, options...); !done) {
                return done.error();
            }
        }
        return opened;
    };
    auto finish = [&](const Opened<Ip>& opened) {
        return steps::set<steps::Moment::finished>(opened, options...);
    };
    return Race<Protocol, decltype(prepare), decltype(finish)>{endpoints, wait, prepare, finish}
        .run();
}

} // namespace ferrule::detail

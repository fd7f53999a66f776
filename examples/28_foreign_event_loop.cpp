// SPDX-License-Identifier: MIT
//
// Lesson 28: many clients in one thread, in an event loop that is not ours: libevent's.
//
// You learn the three things that an event loop needs of sockets: a descriptor to watch, calls that
// never wait (`no_wait`), and `would_block`, which is no failure but means "not yet". And that to
// connect takes two steps there: start, and complete.
//
//     28_foreign_event_loop [LISTEN [CONNECT_TO]]      127.0.0.1:8828 127.0.0.1:8888
//
// It connects to the second endpoint for each client that comes to the first, and carries what
// either says to the other. Run lesson 1 beside it, and talk to it: `socat - TCP:127.0.0.1:8828`.
// Port 0 is any free one; unix:/run/x.sock is an endpoint to connect to, too.
//
//     listening on 127.0.0.1:8828
//     127.0.0.1:40312 came
//     127.0.0.1:40312 is connected
//     127.0.0.1:40312 ended
//     stopping                                          that was Ctrl-C
#include <csignal>
#include <cstdio>
#include <event2/event.h>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <list>
#include <memory>
#include <new>
#include <optional>
#include <poll.h>
#include <string_view>
#include <utility>

using namespace ferrule;

struct Free {
    void operator()(event* one) const { event_free(one); }
    void operator()(event_base* loop) const { event_base_free(loop); }
};
using Loop = std::unique_ptr<event_base, Free>;
using Event = std::unique_ptr<event, Free>;

// An event takes a step of its owner when a descriptor is ready for `events` (poll(2)). It is freed
// before the descriptor is closed. Nothing may be thrown through libevent, which is C: noexcept.
template <auto step, class Owner>
Event make_event(const Loop& loop, int descriptor, short events, Owner* owner) {
    const auto what = static_cast<short>(((events & POLLIN) != 0 ? EV_READ : 0) |
                                         ((events & POLLOUT) != 0 ? EV_WRITE : 0));
    const auto take = [](evutil_socket_t, short, void* self) noexcept {
        (static_cast<Owner*>(self)->*step)();
    };
    return Event{event_new(loop.get(), descriptor, what, take, owner)};
}

// From now on, and until it has happened once; or after a while, whatever the descriptor does.
void await(const Event& event, const timeval* after = nullptr) {
    if (!event || event_add(event.get(), after) != 0) {
        throw std::bad_alloc{};
    }
}
constexpr timeval a_while{0, 100'000}; // a tenth of a second

bool not_yet(const Error& error) { return error.code() == Errc::would_block; }

// A client and its connection to the server.
class Client {
public:
    Client(const Loop& loop, std::list<Client>& all, Accepted<Ip, Stream, Tcp> accepted)
        : loop_{loop}, all_{all}, client_{std::move(accepted.connection)}, name_{accepted.peer} {
        fmt::print("{} came\n", name_);
    }

    // connect(2), begun: the loop goes on with others until it is there, or refused.
    void connect(const Endpoint<Any>& server) {
        auto started = Connecting<Any>::start_connect(server);
        if (!started) {
            return ended(started.error());
        }
        connecting_ = *std::move(started);
        arrived_ = make_event<&Client::complete>(loop_, connecting_->descriptor(),
                                                 Connecting<Any>::events(), this);
        pause_ = make_event<&Client::complete>(loop_, -1, 0, this);
        await(arrived_);
    }

private:
    void complete() {
        auto completed = connecting_->complete(no_wait);
        if (!completed && not_yet(completed.error())) {
            return await(pause_, &a_while); // a full Unix backlog, which can't be watched
        }
        arrived_.reset();
        if (!completed) {
            return ended(completed.error());
        }
        server_ = *std::move(completed);
        fmt::print("{} is connected\n", name_);
        there_.emplace(*this, client_, *server_);
        back_.emplace(*this, *server_, client_);
    }

    // What comes from one goes to the other. It waits for one thing at a time: for more only when
    // nothing is left to send. So who does not read holds up nobody but his own partner, and 64 KiB
    // are all that is kept for him. One piece each time, so that no busy one holds up the others.
    struct Flow {
        Flow(Client& client, const Connection<Any>& from, const Connection<Any>& to)
            : client_{client}, from_{from}, to_{to},
              more_{make_event<&Flow::go_on>(client.loop_, from.descriptor(), POLLIN, this)},
              room_{make_event<&Flow::go_on>(client.loop_, to.descriptor(), POLLOUT, this)} {
            await(more_);
        }

        void go_on() {
            if (rest_.empty()) {
                const auto received = from_.receive_some(buffer_, no_wait);
                if (received && received->empty()) { // an end is passed on like all the rest
                    return client_.ended(to_.shutdown(Shutdown::sending));
                }
                if (received) {
                    rest_ = *received;
                } else if (!not_yet(received.error())) {
                    return client_.ended(received.error());
                }
            }
            if (!rest_.empty()) { // all of it, a part, or nothing yet, as there is room
                const auto sent = to_.send_some(rest_, no_wait);
                if (sent) {
                    rest_.remove_prefix(*sent);
                } else if (!not_yet(sent.error())) {
                    return client_.ended(sent.error());
                }
            }
            await(rest_.empty() ? more_ : room_);
        }

    private:
        Client& client_;
        const Connection<Any>& from_;
        const Connection<Any>& to_;
        Event more_;
        Event room_;
        char buffer_[65536];
        std::string_view rest_; // of the buffer, what is not sent yet
    };

    // One of the two directions has ended, and the other may go on; or something has failed.
    void ended(Result<void> how) {
        if (how && --directions_ > 0) {
            return;
        }
        fmt::print("{} ended{}\n", name_, how ? "" : fmt::format(": {}", how.error()));
        all_.remove_if([this](const Client& one) { return &one == this; });
    }

    const Loop& loop_;
    std::list<Client>& all_;
    Connection<Any> client_;
    Endpoint<Ip> name_;
    std::optional<Connecting<Any>> connecting_;
    std::optional<Connection<Any>> server_;
    Event arrived_; // events behind what they watch: the last member is the first to go
    Event pause_;
    std::optional<Flow> there_;
    std::optional<Flow> back_;
    int directions_ = 2;
};

class Server {
public:
    Server(const Loop& loop, const Endpoint<Ip>& endpoint, const Endpoint<Any>& connect_to)
        : loop_{loop}, connect_to_{connect_to}, listener_{Listener<Ip>::listen(endpoint).value()},
          came_{make_event<&Server::accept>(loop, listener_.descriptor(), POLLIN, this)},
          pause_{make_event<&Server::accept>(loop, -1, 0, this)} {
        fmt::print("listening on {}\n", listener_.local_endpoint().value());
        await(came_);
    }
    Result<void> run() {
        event_base_dispatch(loop_.get());
        return outcome_;
    }
    void stop() { event_base_loopbreak(loop_.get()); }

private:
    void accept() {
        auto accepted = listener_.accept(no_wait);
        if (accepted) {
            await(came_);
            return clients_.emplace_back(loop_, clients_, *std::move(accepted))
                .connect(connect_to_);
        }
        if (not_yet(accepted.error())) {
            return await(came_); // whoever came has gone again
        }
        fmt::print("{}\n", accepted.error());
        if (accepted.error().is_resource_exhausted()) {
            return await(pause_, &a_while); // 500 clients, say: it would be told at once again
        }
        outcome_ = accepted.error();
        stop();
    }

    const Loop& loop_;
    Endpoint<Any> connect_to_;
    Listener<Ip> listener_;
    std::list<Client> clients_;
    Event came_;
    Event pause_;
    Result<void> outcome_;
};

int main(int argc, char** argv) try {
    std::setvbuf(stdout, nullptr, _IOLBF, 0); // print line by line, into a pipe, too

    Endpoint<Ip> endpoint = "127.0.0.1:8828";
    Endpoint<Any> connect_to = "127.0.0.1:8888";
    if (argc > 1) {
        endpoint = Endpoint<Ip>::parse(argv[1]).value();
    }
    if (argc > 2) {
        connect_to = Endpoint<Any>::parse(argv[2]).value();
    }

    // A Stop is one more descriptor to watch: readable once a stop is requested.
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};

    const Loop loop{event_base_new()};
    if (!loop) {
        throw std::bad_alloc{};
    }
    Server server{loop, endpoint, connect_to};
    const auto stopping = make_event<&Server::stop>(loop, stop.descriptor(), POLLIN, &server);
    await(stopping);
    server.run().value();
    fmt::print("stopping\n");
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}

// SPDX-License-Identifier: MIT
// Every way to begin, to use, to end and to hand over a socket, as scenes that come to an end
// whatever system calls fail in them:
//
//     scenes BYTES [SCENE...]
//
// `BYTES` go through each of the transfers, and are compared. A line for each scene: its name and
// `done`, or its errors; what came wrong is an error of its own. At the end how many bytes were
// compared. The status is 1 if a scene has left a descriptor behind.
#include <ferrule/ferrule.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../support/descriptors.hpp"
#include "../support/folder.hpp"
#include "../support/pattern.hpp"
#include "../support/threads.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

// Longer than anything lasts that goes well. One deadline for all, so that many misfortunes in a
// row take no longer than one.
const Deadline in_time = within(30s);

// What went wrong in a scene; used by all of its threads.
class Scene {
public:
    // Whether it went well.
    template <class T, class E> bool well(const Result<T, E>& result) {
        if (!result.has_value()) {
            add(std::string{static_cast<Error>(result.error()).text().view()});
        }
        return result.has_value();
    }
    // Something that no error of a call excuses.
    void expect(bool holds, const char* what) {
        if (!holds) {
            add(std::string{"WRONG: "} + what);
        }
    }
    std::string text() const { return errors_.empty() ? "done" : errors_; }

private:
    void add(const std::string& error) {
        const std::lock_guard lock{mutex_};
        errors_ += errors_.empty() ? error : " | " + error;
    }

    std::mutex mutex_;
    std::string errors_;
};

std::size_t bytes = 0;
std::size_t compared = 0;

template <class Family> Endpoint<Family> place() { return Endpoint<Family>::loopback(); }
template <> Endpoint<Unix> place<Unix>() { return {}; }
template <> Endpoint<Any> place<Any>() { return Endpoint<Ipv6>::loopback(); }

// Two ends that have met through a listener.
template <class Family, class Type = Stream> struct Ends {
    Connection<Family, Type> client;
    Connection<Family, Type> server;
};

template <class Family, class Type = Stream>
std::optional<Ends<Family, Type>> meet(Scene& scene, Wait wait) {
    const auto listener = Listener<Family, Type>::listen(place<Family>());
    if (!scene.well(listener)) {
        return {};
    }
    const auto endpoint = listener->local_endpoint();
    if (!scene.well(endpoint)) {
        return {};
    }
    auto client = Connection<Family, Type>::connect(*endpoint, wait);
    if (!scene.well(client)) {
        return {};
    }
    auto accepted = listener->accept(wait);
    if (!scene.well(accepted)) {
        return {};
    }
    return Ends<Family, Type>{*std::move(client), std::move(accepted->connection)};
}

const std::string& content() {
    static const std::string made = pattern(bytes);
    return made;
}

enum class Sending { all, pieces, some };
enum class Receiving { exactly, some };

template <class Ends> void send(Scene& scene, Ends from, Sending way, Wait wait) {
    std::string_view left = content();
    if (way == Sending::all) {
        scene.well(from.send_all(left, wait));
    } else if (way == Sending::pieces) {
        const auto third = left.size() / 3;
        scene.well(from.send_all(
            {left.substr(0, third), "", left.substr(third, third), left.substr(2 * third)}, wait));
    } else {
        while (!left.empty()) {
            const auto sent = from.send_some(left.substr(0, 70'000), wait);
            if (!scene.well(sent)) {
                return;
            }
            left.remove_prefix(*sent);
        }
    }
    scene.well(from.shutdown(Shutdown::sending));
    char byte[1];
    const auto end = from.receive_some(byte, wait); // so that what is on the way arrives
    scene.well(end);
    scene.expect(!end || end->empty(), "something came back");
}

template <class Ends> void receive(Scene& scene, Ends to, Receiving way, Wait wait) {
    std::string received(content().size(), '\0');
    if (way == Receiving::exactly) {
        if (!scene.well(to.receive_exactly(received, wait))) {
            return;
        }
    } else {
        for (std::span<char> left = received; !left.empty();) {
            const auto some = to.receive_some(left, wait);
            if (!scene.well(some)) {
                return;
            }
            if (some->empty()) {
                scene.well(Result<void>{Error{Errc::end_of_stream, Operation::receive}});
                return;
            }
            left = left.subspan(some->size());
        }
    }
    scene.expect(received == content(), "other bytes than were sent");
    compared += received.size();
    scene.well(std::move(to).finish(wait));
}

// From the client to the server in a thread of its own, each in its own way. Whoever fails closes,
// which ends the other.
template <class Family>
void transfer(Scene& scene, Sending sending, Receiving receiving, Wait wait) {
    auto ends = meet<Family>(scene, in_time);
    if (!ends) {
        return;
    }
    Thread reader{[&, server = std::move(ends->server)]() mutable {
        receive(scene, std::move(server), receiving, wait);
    }};
    send(scene, std::move(ends->client), sending, wait);
}

void stopped(Scene& scene, Sending sending, Receiving receiving) {
    const Stop stop;
    transfer<Unix>(scene, sending, receiving, Wait{in_time, stop});
}

template <class Family> void steps(Scene& scene) {
    auto socket = Socket<Family, Stream>::open();
    if (!scene.well(socket) || !scene.well(socket->set(opt::SendBuffer{20'000}))) {
        return;
    }
    auto bound = std::move(*socket).bind(place<Family>());
    if (!scene.well(bound)) {
        return;
    }
    const auto listener = std::move(*bound).listen(Backlog{3});
    if (!scene.well(listener)) {
        return;
    }
    const auto endpoint = listener->local_endpoint();
    if (!scene.well(endpoint)) {
        return;
    }
    for (const Wait wait : {Wait{}, Wait{in_time}}) {
        auto opened = Socket<Family, Stream>::open();
        if (!scene.well(opened)) {
            return;
        }
        const auto client = std::move(*opened).connect(*endpoint, wait);
        auto started = Connecting<Family>::start_connect(*endpoint);
        if (!scene.well(client) || !scene.well(started) || !scene.well(listener->accept(wait)) ||
            !scene.well(started->complete(in_time))) {
            return;
        }
        scene.well(client->peer_endpoint());
    }
}

template <class Type>
void messages(Scene& scene, const Connection<Unix, Type>& from, const Connection<Unix, Type>& to) {
    std::array<char, 64> buffer;
    for (const Wait wait : {Wait{}, Wait{in_time}}) {
        for (int number = 0; number < 20; ++number) {
            const std::string message = "message " + std::to_string(number);
            if (!scene.well(from.send(message, wait)) || !scene.well(from.send({message, "!"}))) {
                return;
            }
            const auto peeked = to.peek(buffer, wait);
            scene.expect(!peeked || *peeked == message, "another message");
            const auto one = to.receive(buffer, wait);
            scene.expect(!one || *one == message, "another message");
            const auto other = to.receive(buffer, wait);
            scene.expect(!other || !one || *other == message + "!", "another message");
            if (!scene.well(peeked) || !scene.well(one) || !scene.well(other)) {
                return;
            }
        }
    }
}

template <class Type> void pair(Scene& scene) {
    auto ends = Connection<Unix, Type>::pair();
    if (scene.well(ends)) {
        messages(scene, ends->first, ends->second);
    }
}

void packets(Scene& scene) {
    if (auto ends = meet<Unix, SeqPacket>(scene, {})) {
        messages(scene, ends->client, ends->server);
        scene.well(std::move(ends->client).close());
        scene.well(std::move(ends->server).finish(in_time));
    }
}

template <class Family> void datagrams(Scene& scene) {
    const auto server = Bound<Family, Datagram>::bind(place<Family>());
    if (!scene.well(server)) {
        return;
    }
    const auto endpoint = server->local_endpoint();
    if (!scene.well(endpoint)) {
        return;
    }
    const auto client = Connection<Family, Datagram>::connect(*endpoint, in_time);
    if (!scene.well(client)) {
        return;
    }
    std::array<char, 64> buffer;
    for (const Wait wait : {Wait{}, Wait{in_time}}) {
        for (int number = 0; number < 20; ++number) {
            const std::string question = "question " + std::to_string(number);
            if (!scene.well(client->send(question, wait))) {
                return;
            }
            const auto asked = server->receive_from(buffer, wait);
            if (!scene.well(asked)) {
                return;
            }
            scene.expect(asked->data == question, "another question");
            if (!scene.well(server->send_to({asked->data, "?"}, asked->peer, wait))) {
                return;
            }
            const auto answer = client->receive(buffer, wait);
            if (!scene.well(answer)) {
                return;
            }
            scene.expect(*answer == question + "?", "another answer");
        }
    }
}

// The accept loop of a server, and clients that come one after the other.
template <class Family> void accept_loop(Scene& scene) {
    Stop stop;
    auto listener = Listener<Family>::listen(place<Family>());
    if (!scene.well(listener)) {
        return;
    }
    const auto endpoint = listener->local_endpoint();
    if (!scene.well(endpoint)) {
        return;
    }
    Thread server{[&, own = *std::move(listener)] {
        Backoff backoff{1ms, 4ms};
        for (;;) {
            auto client = backoff.accept(own, Wait{in_time, stop});
            if (!client) {
                if (client.error().code() != Errc::stopped) {
                    scene.well(client);
                }
                return;
            }
            char byte[1];
            const auto received = client->connection.receive_some(byte, in_time);
            if (scene.well(received) && !received->empty()) {
                scene.well(client->connection.send_all(*received, in_time));
            }
            scene.well(std::move(client->connection).finish(in_time));
        }
    }};
    for (char number = 'a'; number < 'f'; ++number) {
        const auto client = Connection<Family>::connect(*endpoint, in_time);
        if (!scene.well(client) || !scene.well(client->send_all(bytes_of(number), in_time))) {
            break;
        }
        char byte[1];
        const auto echoed = client->receive_some(byte, in_time);
        if (!scene.well(echoed)) {
            break;
        }
        scene.expect(echoed->empty() || (*echoed)[0] == number, "another byte");
    }
    stop.request();
}

void graceful_end(Scene& scene) {
    Conversations conversations;
    auto ends = Connection<Unix>::pair();
    if (!scene.well(ends)) {
        return;
    }
    std::vector<std::unique_ptr<Thread>> threads;
    for (const auto* end : {&ends->first, &ends->second}) {
        auto running = conversations.begin();
        if (!scene.well(running)) {
            return;
        }
        threads.push_back(std::make_unique<Thread>(
            [&scene, end, &stop = conversations.stop(), own = *std::move(running)] {
                char byte[1];
                const auto received = end->receive_some(byte, Wait{in_time, stop});
                scene.expect(!received, "something from nowhere");
                if (!received && received.error().code() != Errc::stopped) {
                    scene.well(received);
                }
            }));
    }
    scene.well(conversations.end(within(5ms)));
}

void owned_path(Scene& scene) {
    const TemporaryFolder folder;
    const auto endpoint = Endpoint<Unix>::path(folder.file("socket")).value();
    static_cast<void>(Listener<Unix>::listen(endpoint)); // a stale one
    auto listener = PathListener<>::listen(endpoint, Backlog{4}, opt::Mode{0600});
    if (!scene.well(listener)) {
        return;
    }
    const auto client = Connection<Unix>::connect(endpoint, in_time);
    if (scene.well(client)) {
        scene.well(listener->accept(in_time));
    }
    const auto second = PathListener<>::listen(endpoint);
    scene.expect(!second, "two listeners of one path");
    if (!second && second.error().code() != Errc::address_in_use) {
        scene.well(second);
    }
    scene.well(std::move(*listener).close());
}

// A server of one thread and three clients, all of which are this thread.
void one_thread(Scene& scene) {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0");
    const auto poller = Poller<int>::open();
    if (!scene.well(listener) || !scene.well(poller) ||
        !scene.well(poller->add(*listener, -1, Interest::reading))) {
        return;
    }
    const auto endpoint = listener->local_endpoint();
    std::vector<Connection<Ipv4>> clients;
    for (int number = 0; number < 3 && scene.well(endpoint); ++number) {
        auto client = Connection<Ipv4>::connect(*endpoint, in_time);
        if (!scene.well(client) || !scene.well(client->send_all("0123456789", in_time))) {
            return;
        }
        clients.push_back(*std::move(client));
    }
    std::vector<Connection<Ipv4>> served;
    std::array<Ready<int>, 4> ready;
    for (std::size_t echoed = 0; echoed < 10 * clients.size();) {
        const auto told = poller->wait(ready, in_time);
        if (!scene.well(told)) {
            return;
        }
        for (const auto& one : *told) {
            if (one.key() < 0) {
                auto accepted = listener->accept(no_wait);
                if (accepted) {
                    served.push_back(std::move(accepted->connection));
                    if (!scene.well(poller->add(served.back(), static_cast<int>(served.size()) - 1,
                                                Interest::reading))) {
                        return;
                    }
                } else if (accepted.error().code() != Errc::would_block) {
                    scene.well(accepted);
                    return;
                }
                continue;
            }
            char buffer[4];
            const auto& client = served[static_cast<std::size_t>(one.key())];
            const auto received = client.receive_some(buffer, no_wait);
            if (received) {
                echoed += received->size();
                if (received->empty() || !scene.well(client.send_all(*received, in_time))) {
                    return;
                }
            } else if (received.error().code() != Errc::would_block) {
                scene.well(received);
                return;
            }
        }
    }
    for (const auto& client : clients) {
        std::array<char, 10> buffer;
        const auto echo = client.receive_exactly(buffer, in_time);
        scene.expect(!echo || *echo == "0123456789", "another echo");
        scene.well(echo);
    }
}

void stops(Scene& scene) {
    Stop parent;
    const ChildStop child{parent};
    const auto ends = Connection<Unix>::pair();
    if (!scene.well(ends)) {
        return;
    }
    Thread waiting{[&] {
        char byte[1];
        const auto received = ends->first.receive_some(byte, Wait{in_time, child});
        scene.expect(!received, "something from nowhere");
        if (!received && received.error().code() != Errc::stopped) {
            scene.well(received);
        }
    }};
    parent.request();
}

void endings(Scene& scene) {
    if (auto ends = meet<Ipv4>(scene, in_time)) {
        if (scene.well(ends->client.send_all("a request that nobody reads", in_time)) &&
            scene.well(ends->server.send_all("an answer", in_time))) {
            std::array<char, 9> buffer;
            const auto answer = ends->client.receive_exactly(buffer, in_time);
            scene.expect(!answer || *answer == "an answer", "another answer");
            scene.well(answer);
        }
        scene.well(std::move(ends->client).close());
        const auto discarded = std::move(ends->server).finish(in_time);
        scene.expect(!discarded || *discarded <= 27, "more than was sent");
        scene.well(discarded);
    }
    if (auto ends = meet<Ipv4>(scene, in_time)) {
        scene.well(std::move(ends->client).abort());
        char byte[1];
        const auto reset = ends->server.receive_some(byte, in_time);
        if (reset || reset.error().code() != Errc::connection_reset) {
            scene.well(reset); // an end, if the option that makes the reset could not be set
        }
    }
}

void taken_over(Scene& scene) {
    auto ends = meet<Ipv6>(scene, in_time);
    if (!ends) {
        return;
    }
    const int number = ends->server.release();
    const auto wrong = adopt<Connection<Unix>>(number);
    scene.expect(!wrong, "a socket of another family");
    auto server = adopt<Connection<Ipv6>>(number);
    if (!scene.well(server)) {
        scene.well(Descriptor{number}.close()); // still ours
        return;
    }
    char byte[1];
    if (scene.well(ends->client.send_all("x", in_time))) {
        scene.well(server->receive_some(byte, in_time));
    }
    Connection<Any> any{*std::move(server)};
    scene.expect(!std::move(any).to<Unix>(), "a socket of another family");
    scene.well(std::move(any).to<Ipv6>());

    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0");
    const auto there = listener ? listener->local_endpoint() : listener.error();
    if (!scene.well(there)) {
        return;
    }
    if (auto begun = Connecting<Ipv4>::start_connect(*there); scene.well(begun)) {
        const int on_its_way = begun->release();
        auto connecting = adopt<Connecting<Ipv4>>(on_its_way, *there);
        if (scene.well(connecting)) {
            scene.well(connecting->complete(in_time));
        } else {
            scene.well(Descriptor{on_its_way}.close());
        }
    }
}

void told(Scene& scene) {
    const auto manager = Bound<Unix, Datagram>::bind();
    if (!scene.well(manager)) {
        return;
    }
    const auto name = manager->local_endpoint();
    if (!scene.well(name)) {
        return;
    }
    ::setenv("NOTIFY_SOCKET", name->text().c_str(), 1);
    if (scene.well(notify(notification::ready, in_time))) {
        char buffer[16];
        const auto received = manager->receive_from(buffer, in_time);
        scene.expect(!received || received->data == "READY=1", "another word");
        scene.well(received);
    }
}

void dialled(Scene& scene) {
    const auto listener = Listener<Ip>::listen(Endpoint<Ipv4>::loopback());
    if (!scene.well(listener)) {
        return;
    }
    const auto endpoint = listener->local_endpoint();
    if (!scene.well(endpoint)) {
        return;
    }
    const auto connection = dial(endpoint->text().view(), in_time, opt::NoDelay{true});
    if (scene.well(connection)) {
        scene.well(connection->get<opt::NoDelay>());
    }
}

void known(Scene& scene) {
    if (const auto ends = meet<Ipv4>(scene, in_time)) {
        const auto here = ends->client.local_endpoint();
        const auto there = ends->client.peer_endpoint();
        if (scene.well(here) && scene.well(there)) {
            scene.well(find_tcp_socket(*here, *there));
        }
        scene.well(ends->client.get<opt::Info>());
    }
    scene.well(interfaces());
}

// A descriptor goes along with each of some messages.
void descriptors_passed(Scene& scene) {
    const auto ends = Connection<Unix, SeqPacket>::pair();
    if (!scene.well(ends)) {
        return;
    }
    const auto& [from, to] = *ends;
    for (int message = 0; message < 20; ++message) {
        if (!scene.well(
                ferrule::send(from, "a file", in_time, control::Rights{from.descriptor()}))) {
            return;
        }
        char buffer[16];
        auto received = ferrule::receive<control::Rights<1>>(to, buffer, in_time);
        if (!scene.well(received)) {
            return;
        }
        const auto* const rights = received->get_if<control::Rights<1>>();
        scene.expect(received->data == "a file", "another message");
        scene.expect(rights != nullptr && rights->size() == 1, "not one descriptor");
    }
}

// Batches there, answered with the same batch.
void batches(Scene& scene) {
    const auto one = Bound<Ipv4, Datagram>::bind(place<Ipv4>());
    const auto other = Bound<Ipv4, Datagram>::bind(place<Ipv4>());
    if (!scene.well(one) || !scene.well(other)) {
        return;
    }
    const auto to = other->local_endpoint();
    if (!scene.well(to)) {
        return;
    }
    char room[8 * 16];
    Batch<Ipv4, 8> out;
    Batch<Ipv4, 8> in{room};
    for (int round = 0; round < 10; ++round) {
        out.clear();
        for (const char* const text : {"0", "1", "2", "3", "4", "5", "6", "7"}) {
            scene.well(out.add(std::string_view{text}, *to));
        }
        if (!scene.well(out.send(*one, in_time))) {
            return;
        }
        for (char expected = '0'; expected < '8';) {
            if (!scene.well(in.receive(*other, in_time))) {
                return;
            }
            for (const auto& message : in) {
                scene.expect(message.text() == std::string_view{&expected, 1}, "another message");
                ++expected;
            }
        }
    }
}

// A file to a socket, from there through a pipe to another one.
void file_sent(Scene& scene) {
    const TemporaryFolder folder;
    const auto name = folder.file("content");
    std::ofstream{name, std::ios::binary} << content();
    const Descriptor file{::open(name.c_str(), O_RDONLY | O_CLOEXEC)};
    auto first = Connection<Unix>::pair();
    auto second = Connection<Unix>::pair();
    auto splice = Splice::open();
    if (!scene.well(first) || !scene.well(second) || !scene.well(splice)) {
        return;
    }
    Thread reader{[&, server = std::move(second->second)]() mutable {
        receive(scene, std::move(server), Receiving::some, in_time);
    }};
    Thread relay{[&, from = std::move(first->second), to = std::move(second->first)]() mutable {
        for (std::size_t moved = 1; moved != 0;) {
            const auto more = splice->move(from, to, 10'000, in_time);
            if (!scene.well(more)) {
                return;
            }
            moved = *more;
        }
        scene.well(std::move(to).finish(in_time));
    }};
    const auto sender = std::move(first->first);
    scene.well(
        send_file(sender, {.file = file.number(), .offset = 0, .size = content().size()}, in_time));
    scene.well(sender.shutdown(Shutdown::sending));
}

struct Named {
    const char* name;
    std::function<void(Scene&)> play;
};

const std::vector<Named> all{
    {"transfer over IPv4",
     [](Scene& s) { transfer<Ipv4>(s, Sending::all, Receiving::exactly, {}); }},
    {"transfer over IPv4 in time",
     [](Scene& s) { transfer<Ipv4>(s, Sending::some, Receiving::some, in_time); }},
    {"transfer over IPv6",
     [](Scene& s) { transfer<Ipv6>(s, Sending::pieces, Receiving::some, in_time); }},
    {"transfer over Unix",
     [](Scene& s) { transfer<Unix>(s, Sending::pieces, Receiving::exactly, {}); }},
    {"transfer over Unix in time",
     [](Scene& s) { transfer<Unix>(s, Sending::all, Receiving::exactly, in_time); }},
    {"transfer over either IP",
     [](Scene& s) { transfer<Ip>(s, Sending::some, Receiving::exactly, {}); }},
    {"transfer over any", [](Scene& s) { transfer<Any>(s, Sending::all, Receiving::some, {}); }},
    {"transfer until a stop", [](Scene& s) { stopped(s, Sending::all, Receiving::exactly); }},
    {"steps over IPv4", steps<Ipv4>},
    {"steps over IPv6", steps<Ipv6>},
    {"steps over Unix", steps<Unix>},
    {"pair of packets", pair<SeqPacket>},
    {"pair of datagrams", pair<Datagram>},
    {"packets", packets},
    {"datagrams over IPv4", datagrams<Ipv4>},
    {"datagrams over IPv6", datagrams<Ipv6>},
    {"datagrams over Unix", datagrams<Unix>},
    {"accept loop over IPv4", accept_loop<Ipv4>},
    {"accept loop over Unix", accept_loop<Unix>},
    {"graceful end", graceful_end},
    {"owned path", owned_path},
    {"one thread", one_thread},
    {"stops", stops},
    {"endings", endings},
    {"taken over", taken_over},
    {"told", told},
    {"dialled", dialled},
    {"known", known},
    {"descriptors passed", descriptors_passed},
    {"batches", batches},
    {"file sent", file_sent},
};

} // namespace

int main(int count, char** arguments) {
    bytes = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 10'000;
    const std::vector<std::string_view> chosen(arguments + std::min(count, 2), arguments + count);
    int status = 0;
    for (const auto& [name, play] : all) {
        if (!chosen.empty() && std::find(chosen.begin(), chosen.end(), name) == chosen.end()) {
            continue;
        }
        const auto before = open_descriptors();
        Scene scene;
        play(scene);
        const auto after = open_descriptors();
        std::printf("%s: %s\n", name, scene.text().c_str());
        if (after != before) {
            std::printf("%s: WRONG: %zu descriptors before, %zu after\n", name, before, after);
            status = 1;
        }
    }
    std::printf("compared: %zu\n", compared);
    return status;
}

// SPDX-License-Identifier: MIT
#include <ferrule/socket/handle.hpp>

#include <chrono>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <type_traits>
#include <unistd.h>
#include <utility>

#include <ferrule/opt/socket.hpp>
#include <ferrule/socket/socket.hpp>

#include "../support/conversation.hpp"
#include "../support/descriptors.hpp"
#include "../support/failure.hpp"

using namespace ferrule;

namespace {

template <class State>
constexpr bool moves_only =
    std::is_nothrow_move_constructible_v<State> && std::is_nothrow_move_assignable_v<State> &&
    !std::is_copy_constructible_v<State> && !std::is_copy_assignable_v<State> &&
    !std::is_default_constructible_v<State>;

static_assert(moves_only<Socket<Ipv4, Stream>> && moves_only<Bound<Ipv6, Datagram>>);
static_assert(moves_only<Listener<Unix>> && moves_only<Connecting<Ip>>);
static_assert(moves_only<Connection<Any>> && moves_only<Connection<Unix, SeqPacket>>);

// A family that is known needs no memory for its number.
static_assert(sizeof(Connection<Ipv4>) == sizeof(int));
static_assert(sizeof(Connection<Any>) == 2 * sizeof(int));

template <class State>
constexpr bool spends_a_named_one = requires(State& state) { state.close(); };
static_assert(!spends_a_named_one<Connection<Ipv4>> && !spends_a_named_one<Socket<Ipv4, Stream>>);

// One of each state, open.
template <class Family> struct OneOfEach {
    Conversation<Family> talk;
    Place<Family> place;
    Socket<Family, Stream> socket = open();
    Bound<Family, Stream> bound = bind_stream<Family>(place.endpoint()).value();
    Connecting<Family> connecting =
        Connecting<Family>::start_connect(talk.listener.local_endpoint().value()).value();

    void for_each(auto visit) {
        visit(socket);
        visit(bound);
        visit(talk.listener);
        visit(connecting);
        visit(talk.client);
    }

private:
    Socket<Family, Stream> open() {
        if constexpr (FixedFamily<Family>) {
            return Socket<Family, Stream>::open().value();
        } else {
            return Socket<Family, Stream>::open(place.endpoint()).value();
        }
    }
};

} // namespace

TEST_CASE_TEMPLATE("every state owns a descriptor that programs don't inherit", Family,
                   EVERY_FAMILY) {
    OneOfEach<Family>{}.for_each([](auto& state) {
        CHECK(state.is_open());
        CHECK(is_open(state.descriptor()));
        CHECK(is_close_on_exec(state.descriptor()));
        CHECK(state.domain() == kernel_option(state.descriptor(), SOL_SOCKET, SO_DOMAIN));
    });
}

TEST_CASE_TEMPLATE("every state gives its descriptor back at its end, and no other", Family,
                   EVERY_FAMILY) {
    const auto before = open_descriptors();
    {
        OneOfEach<Family> all;
    }
    CHECK(open_descriptors() == before);
}

TEST_CASE_TEMPLATE("closing tells how it went", Family, EVERY_FAMILY) {
    OneOfEach<Family>{}.for_each([](auto& state) {
        const int number = state.descriptor();
        CHECK(std::move(state).close().has_value());
        CHECK_FALSE(is_open(number));
        CHECK_FALSE(state.is_open());
        CHECK(state.descriptor() == -1);
        CHECK(std::move(state).close().error() == Error{Errc::not_open, Operation::close});
    });
}

TEST_CASE_TEMPLATE("a released descriptor is open and blocking, and nobody's", Family,
                   EVERY_FAMILY) {
    OneOfEach<Family>{}.for_each([](auto& state) {
        const int number = state.descriptor();
        {
            auto moved = std::move(state);
            CHECK(moved.release() == number);
            CHECK_FALSE(moved.is_open());
            CHECK(moved.release() == -1);
        }
        CHECK(is_open(number));
        CHECK(is_blocking(number));
        ::close(number);
    });
}

TEST_CASE_TEMPLATE("moving moves the descriptor, assigning closes the one of before", Family,
                   EVERY_FAMILY) {
    OneOfEach<Family> sources;
    OneOfEach<Family> targets;
    const auto assign = [](auto& source, auto& target) {
        const int number = source.descriptor();
        const int before = target.descriptor();
        const int domain = source.domain();
        target = std::move(source);
        CHECK(target.descriptor() == number);
        CHECK(target.domain() == domain);
        CHECK(source.descriptor() == -1);
        CHECK_FALSE(is_open(before));
    };
    assign(sources.socket, targets.socket);
    assign(sources.bound, targets.bound);
    assign(sources.talk.listener, targets.talk.listener);
    assign(sources.connecting, targets.connecting);
    assign(sources.talk.client, targets.talk.client);
}

TEST_CASE_TEMPLATE("one that was moved from answers that it is not open", Family, EVERY_FAMILY) {
    OneOfEach<Family>{}.for_each([](auto& state) {
        const auto elsewhere = std::move(state);
        const auto before = open_descriptors();
        CHECK(state.set(opt::SendBuffer{9000}).error() ==
              Error{Errc::not_open, Operation::set_option});
        CHECK(state.template get<opt::SendBuffer>().error() ==
              Error{Errc::not_open, Operation::get_option});
        CHECK(open_descriptors() == before);
    });
}

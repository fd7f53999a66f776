// SPDX-License-Identifier: MIT
#include <ferrule/stream/zero_copy.hpp>

#include <cstddef>
#include <doctest/doctest.h>
#include <future>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "../support/conversation.hpp"
#include "../support/failure.hpp"
#include "../support/pattern.hpp"

using namespace ferrule;

static_assert(!std::is_copy_constructible_v<Loan<Ipv4, Tcp>> &&
              !std::is_copy_constructible_v<ZeroCopySender<Ipv4, Tcp>>);

namespace {

Wait soon() { return within(Nanoseconds{10'000'000'000}); }

template <class Family> std::future<std::string> all_of(const Connection<Family>& connection) {
    return std::async(std::launch::async, [&] {
        std::string all;
        std::vector<char> buffer(1 << 20);
        for (const auto& piece : connection.pieces(buffer, soon())) {
            all += piece.value();
        }
        return all;
    });
}

} // namespace

TEST_CASE_TEMPLATE("what is lent arrives, comes back, and the kernel says that it has copied",
                   Family, Ipv4, Ipv6, Ip) {
    const Conversation<Family> talk;
    auto all = all_of(talk.server);
    auto sender = ZeroCopySender<Family, Tcp>::on(talk.client).value();
    std::string bytes = pattern(1'000'000);
    const std::string expected = bytes + bytes;
    auto loan = sender.send_all(bytes, soon()).value();
    CHECK(sender.lent() > 0);
    CHECK(loan.take_back(soon()).value() == true); // the loopback copies
    CHECK(sender.lent() == 0);
    auto other = sender.send_all(bytes, soon()).value();
    CHECK(sender.take_all_back(soon()).has_value());
    bytes.assign(bytes.size(), 'x'); // it is ours again
    CHECK(other.take_back(no_wait).has_value());
    CHECK(talk.client.shutdown(Shutdown::sending).has_value());
    CHECK(all.get() == expected);
}

TEST_CASE("a peer that does not read keeps the bytes lent, and the count says how much went") {
    Conversation<Ipv4> talk;
    auto sender = ZeroCopySender<Ipv4, Tcp>::on(talk.client).value();
    const std::string bytes = pattern(20'000'000);
    const auto loan = sender.send_all(bytes, within(Nanoseconds{50'000'000}));
    CHECK(failure_of(loan) == Errc::deadline_exceeded);
    CHECK(loan.error().transferred() > 0);
    CHECK(sender.lent() > 0);
    CHECK(failure_of(sender.take_all_back(within(Nanoseconds{5'000'000}))) ==
          Errc::deadline_exceeded);
    CHECK(talk.client.shutdown(Shutdown::sending).has_value());
    CHECK(all_of(talk.server).get() == bytes.substr(0, loan.error().transferred()));
    CHECK(sender.take_all_back(soon()).has_value());
    CHECK(sender.lent() == 0);
}

TEST_CASE("a connection that is over gives the bytes back") {
    Conversation<Ipv4> talk;
    auto sender = ZeroCopySender<Ipv4, Tcp>::on(talk.client).value();
    const std::string bytes = pattern(100'000);
    auto loan = sender.send_all(bytes, soon()).value();
    std::move(talk.server).abort().value();
    CHECK(loan.take_back(soon()).has_value());
    auto moved = std::move(loan);
    CHECK(failure_of(loan.take_back(no_wait)) == Errc::not_open); // NOLINT: what is left of it
    CHECK(moved.take_back(no_wait).has_value());
}

TEST_CASE("of nothing nothing is lent") {
    const Conversation<Ipv4> talk;
    auto sender = ZeroCopySender<Ipv4, Tcp>::on(talk.client).value();
    auto loan = sender.send_all("", soon()).value();
    CHECK(loan.take_back(no_wait).has_value());
}

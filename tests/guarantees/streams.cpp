// SPDX-License-Identifier: MIT
#include <ferrule/stream.hpp>

#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <string>
#include <string_view>

#include <ferrule/core/endian.hpp>
#include <ferrule/socket/connection.hpp>

#include "../support/pattern.hpp"

using namespace ferrule;

namespace {

// A connection both of whose ends fail in their own way. One thread is both ends: nothing waits.
struct FaultyEnds {
    std::pair<Connection<Unix>, Connection<Unix>> ends = Connection<Unix>::pair().value();
    FaultyStream<Connection<Unix>> out;
    FaultyStream<Connection<Unix>> in;
    Writer<FaultyStream<Connection<Unix>>, 3000> writer{out};
    Reader<FaultyStream<Connection<Unix>>, 5000> reader{in};

    explicit FaultyEnds(std::uint64_t seed)
        : out{ends.first, RandomFaults{.seed = seed, .farthest = 8000}},
          in{ends.second, RandomFaults{.seed = ~seed, .farthest = 8000}} {}
};

// A million times: doctest is asked only if something is wrong.
void expect(bool holds) {
    if (!holds) {
        FAIL("a stream is not what was sent, or has failed for good");
    }
}

// A writer and a reader take turns, each as far as it goes now.
void send_and_receive(FaultyEnds& faulty, std::string_view all) {
    std::size_t written = 0;
    std::size_t read = 0;
    for (std::size_t size = 1; read < all.size(); size = size * 31 % 4999) {
        while (written < all.size()) {
            const auto part = all.substr(written, size);
            const auto wrote = faulty.writer.write(part, no_wait);
            written += wrote ? part.size() : wrote.error().transferred();
            if (!wrote) {
                expect(wrote.error() == Errc::would_block);
                break;
            }
        }
        if (const auto flushed = faulty.writer.flush(no_wait); !flushed) {
            expect(flushed.error() == Errc::would_block);
        }
        for (;;) {
            const auto part = faulty.reader.some(size, no_wait);
            if (!part) {
                expect(part.error() == Errc::would_block);
                break;
            }
            expect(*part == all.substr(read, part->size()));
            read += part->size();
        }
    }
}

} // namespace

TEST_CASE("1 GiB through a Reader and a Writer whose streams fail, 1,000 seeds, is equal") {
    const std::string all = pattern((std::size_t{1} << 30) / 1000 + 1);
    std::uint64_t faults = 0;
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
        CAPTURE(seed);
        FaultyEnds faulty{seed};
        send_and_receive(faulty, all);
        faults += faulty.in.faults() + faulty.out.faults();
    }
    CHECK(faults > 100'000);
}

TEST_CASE("frames are the same from a sender that dribbles and from one that glues them together") {
    std::string frames;
    for (const std::size_t size : {0U, 1U, 300U, 2U, 4000U, 0U, 77U}) {
        const std::string body = pattern(size);
        const auto length = static_cast<std::uint16_t>(size);
        frames += static_cast<char>(length >> 8);
        frames += static_cast<char>(length & 0xff);
        frames += body;
    }
    for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{3}, frames.size()}) {
        CAPTURE(step);
        auto [ours, theirs] = Connection<Unix>::pair().value();
        Reader<Connection<Unix>, 5000> reader{theirs};
        std::string read;
        std::size_t at = 0;
        while (read.size() < frames.size()) {
            if (at < frames.size()) {
                ours.send_all(std::string_view{frames}.substr(at, step)).require();
                at += step;
            }
            while (const auto frame = reader.frame<BigEndian<std::uint16_t>>(no_wait)) {
                read += static_cast<char>(frame->size() >> 8);
                read += static_cast<char>(frame->size() & 0xff);
                read += *frame;
            }
        }
        CHECK(read == frames);
    }
}

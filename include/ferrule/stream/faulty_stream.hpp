// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A stream that fails on purpose, for tests: it makes happen, at a byte of your choice or at
/// random from a seed, what the network does once a year.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "../core/bytes.hpp"
#include "../core/duration.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../sys/number.hpp"
#include "../wait/deadline.hpp"
#include "../wait/wait.hpp"
#include "byte_stream.hpp"

namespace ferrule {

/// What can happen to a stream.
enum class FaultKind : std::uint8_t {
    cut,         ///< A piece ends here: the receive is short; a send is made in two.
    would_block, ///< Nothing moves for now: `would_block` with no_wait, with a deadline
                 ///< `deadline_exceeded`, without waiting for it. A wait without either goes on.
    delay,       ///< Nothing moves for this time.
    end,         ///< The peer has ended: a receive sees the end, a send `broken_pipe`, from now on.
    reset,       ///< `connection_reset`, once; then as after a real one: a receive sees the end, a
                 ///< send `broken_pipe`.
};

/// A fault and where it happens: before the byte of this number, counting from 0, of what is
/// received or of what is sent. It happens once.
struct Fault {
    enum class To : std::uint8_t { receive, send };

    To to = To::receive;
    std::uint64_t at = 0;
    FaultKind kind = FaultKind::cut;
    Nanoseconds delay{0}; ///< Of `delay`.
};

/// Faults at random: which kinds, and how many bytes there are between two, at most.
struct RandomFaults {
    std::uint64_t seed = 0; ///< The same seed gives the same faults.
    std::uint64_t farthest = 1000;
    /// One is as likely as another; name one twice to make it more likely.
    std::span<const FaultKind> kinds = cut_and_would_block;
    Nanoseconds longest_delay{1'000'000};

    static constexpr FaultKind cut_and_would_block[] = {FaultKind::cut, FaultKind::would_block};
};

/// A ByteStream over another, which it borrows, as it borrows the script. One thread may send while
/// another receives, but not with `reset` among the faults.
template <ByteStream Stream> class FaultyStream {
public:
    /// With these faults, in the order in which they happen.
    FaultyStream(Stream& stream [[clang::lifetimebound]],
                 std::span<const Fault> script [[clang::lifetimebound]])
        : stream_{&stream}, receiving_{Fault::To::receive, script},
          sending_{Fault::To::send, script} {}

    /// With faults at random.
    FaultyStream(Stream& stream [[clang::lifetimebound]], RandomFaults faults)
        : stream_{&stream}, receiving_{Fault::To::receive, faults},
          sending_{Fault::To::send, faults} {}

    /// How many bytes have been received and sent, and how many faults have happened.
    [[nodiscard]] std::uint64_t received() const { return receiving_.done; }
    [[nodiscard]] std::uint64_t sent() const { return sending_.done; }
    [[nodiscard]] std::uint64_t faults() const { return receiving_.faults + sending_.faults; }

    template <ByteBuffer Buffer>
    [[nodiscard]] Result<FilledPart<Buffer>> receive_some(Buffer&& buffer, Wait wait = {}) {
        auto bytes = std::as_writable_bytes(std::span{std::data(buffer), detail::size_of(buffer)});
        if (!bytes.empty()) {
            auto going = receiving_.pass(wait, Operation::receive);
            if (!going) {
                is_reset_ = is_reset_ || going.error() == Errc::connection_reset;
                return going.error();
            }
            if (is_reset_ || receiving_.is_over) {
                return detail::filled_part<Buffer>(buffer, 0);
            }
            bytes = bytes.first(receiving_.before_next(bytes.size()));
        }
        const auto received = stream_->receive_some(bytes, wait);
        if (!received) {
            return received.error();
        }
        receiving_.done += received->size();
        return detail::filled_part<Buffer>(buffer, received->size());
    }

    [[nodiscard("the bytes may not have been sent")]] Result<void> send_all(BytesView bytes,
                                                                            Wait wait = {}) {
        const std::string_view text{static_cast<const char*>(bytes.data()), bytes.size()};
        for (std::size_t done = 0; done < text.size();) {
            auto going = sending_.pass(wait, Operation::send);
            is_reset_ = is_reset_ || (!going && going.error() == Errc::connection_reset);
            if (going && (is_reset_ || sending_.is_over)) {
                going = Error{Errc::broken_pipe, Operation::send};
            }
            if (going) {
                const std::size_t size = sending_.before_next(text.size() - done);
                going = stream_->send_all(text.substr(done, size), wait);
                const std::size_t gone = going ? size : going.error().transferred();
                done += gone;
                sending_.done += gone;
            }
            if (!going) {
                return Error{going.error().code(), Operation::send, done};
            }
        }
        return {};
    }

    [[nodiscard]] Result<void> shutdown(Shutdown half) { return stream_->shutdown(half); }

private:
    // The faults of one direction.
    class Faults {
    public:
        Faults(Fault::To to, std::span<const Fault> script) : to_{to}, script_{script} {
            next_of_script();
        }
        Faults(Fault::To to, const RandomFaults& random)
            : to_{to}, random_{random}, state_{random.seed * 2 + static_cast<std::uint64_t>(to)} {
            next_at_random();
        }

        std::uint64_t done = 0; // bytes
        std::uint64_t faults = 0;
        bool is_over = false;

        // At most this many bytes, up to the next fault.
        [[nodiscard]] std::size_t before_next(std::size_t size) const {
            return has_next_ && next_.at - done < size
                       ? sys::number_as<std::size_t>(next_.at - done)
                       : size;
        }

        // Lets happen what happens before the next byte.
        Result<void> pass(Wait wait, Operation operation) {
            while (has_next_ && next_.at <= done) {
                const Fault fault = next_;
                if (fault.kind == FaultKind::delay) {
                    if (auto waited = pause(fault, wait, operation); !waited) {
                        return waited; // the rest of the delay is still to come
                    }
                }
                ++faults;
                if (random_.kinds.empty()) {
                    next_of_script();
                } else {
                    next_at_random();
                }
                if (fault.kind == FaultKind::reset) {
                    return Error{Errc::connection_reset, operation};
                }
                is_over = is_over || fault.kind == FaultKind::end;
                if (fault.kind == FaultKind::would_block && wait.is_no_wait()) {
                    return Error{Errc::would_block, operation};
                }
                if (fault.kind == FaultKind::would_block && !wait.deadline().is_never()) {
                    return Error{Errc::deadline_exceeded, operation};
                }
            }
            return {};
        }

    private:
        Result<void> pause(const Fault& fault, Wait wait, Operation operation) {
            if (!is_paused_) {
                pause_ = within(fault.delay);
                is_paused_ = true;
            }
            auto waited = wait_for(-1, 0, wait, operation, pause_);
            is_paused_ = !waited.has_value();
            return waited;
        }

        void next_of_script() {
            has_next_ = false;
            while (read_ < script_.size() && !has_next_) {
                next_ = script_[read_++];
                has_next_ = next_.to == to_;
            }
        }

        void next_at_random() {
            has_next_ = !random_.kinds.empty();
            if (!has_next_) {
                return;
            }
            next_ = {
                .to = to_,
                .at = done + 1 + number() % (random_.farthest == 0 ? 1 : random_.farthest),
                .kind = random_.kinds[sys::number_as<std::size_t>(number() % random_.kinds.size())],
                .delay = Nanoseconds{static_cast<std::int64_t>(
                    number() % (static_cast<std::uint64_t>(random_.longest_delay.count()) + 1))}};
        }

        // SplitMix64 (Steele, Lea and Flood, 2014).
        std::uint64_t number() {
            std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15;
            mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
            return mixed ^ (mixed >> 31);
        }

        Fault::To to_;
        std::span<const Fault> script_{};
        std::size_t read_ = 0; // of the script
        RandomFaults random_{.kinds = {}};
        std::uint64_t state_ = 0;
        Fault next_{};
        bool has_next_ = false;
        Deadline pause_ = Deadline::never();
        bool is_paused_ = false;
    };

    Stream* stream_;
    Faults receiving_;
    Faults sending_;
    bool is_reset_ = false;
};

} // namespace ferrule

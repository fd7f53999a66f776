// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Sending without a copy (send(2), MSG_ZEROCOPY; Documentation/networking/msg_zerocopy.rst of
/// Linux): the kernel sends from the memory of the caller, which must not change it meanwhile. It
/// pays for sends of 10 kB and more. Only Linux has it.

#include <cstddef>
#include <cstdint>
#include <utility>

#include "../core/bytes.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../message/error_queue.hpp"
#include "../opt/rules.hpp"
#include "../opt/socket.hpp"
#include "../socket/connection.hpp"
#include "../socket/impl/transfer.hpp"
#include "../sys/call.hpp"
#include "../sys/numbers.hpp"
#include "../sys/transfer.hpp"
#include "../tag/type.hpp"
#include "../wait/wait.hpp"

namespace ferrule {

template <class Family, class Protocol> class ZeroCopySender;

/// Bytes that were lent to the kernel by a ZeroCopySender, which has to outlive it. They may be
/// changed, and their memory freed, only when take_back() has succeeded.
template <class Family, class Protocol>
class [[nodiscard("the bytes are lent until take_back()")]] Loan {
public:
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    Loan(Loan&& other) noexcept
        : sender_{std::exchange(other.sender_, nullptr)}, end_{other.end_} {}
    Loan& operator=(Loan&& other) noexcept {
        sender_ = std::exchange(other.sender_, nullptr);
        end_ = other.end_;
        return *this;
    }
    ~Loan() = default;

    /// Waits until the kernel has given the bytes back: until the peer has acknowledged them, or
    /// the connection is over. After an error they are still lent. Returns whether the kernel has
    /// copied after all, as it does on the loopback: then a plain send costs less.
    [[nodiscard]] Result<bool> take_back(Wait wait = {}) {
        return sender_ == nullptr ? Result<bool>{Error{Errc::not_open, Operation::receive}}
                                  : sender_->wait_until(end_, wait);
    }

private:
    friend ZeroCopySender<Family, Protocol>;
    Loan(ZeroCopySender<Family, Protocol>& sender, std::uint32_t end)
        : sender_{&sender}, end_{end} {}

    ZeroCopySender<Family, Protocol>* sender_;
    std::uint32_t end_;
};

/// Sends over a connection without a copy. Borrows the connection; nobody else reads its error
/// queue or sends with MSG_ZEROCOPY meanwhile. For one thread; another may receive.
template <class Family, class Protocol> class ZeroCopySender {
public:
    using Stream = Connection<Family, ferrule::Stream, Protocol>;

    /// setsockopt(2) of SO_ZEROCOPY.
    [[nodiscard]] static Result<ZeroCopySender> on(const Stream& connection
                                                   [[clang::lifetimebound]])
        requires OnThisSystem<opt::ZeroCopy>
    {
        auto set = connection.set(opt::ZeroCopy{true});
        return set ? Result<ZeroCopySender>{ZeroCopySender{connection}} : set.error();
    }

    ZeroCopySender(const ZeroCopySender&) = delete;
    ZeroCopySender& operator=(const ZeroCopySender&) = delete;
    ZeroCopySender(ZeroCopySender&&) = default; // before the first loan
    ZeroCopySender& operator=(ZeroCopySender&&) = delete;
    ~ZeroCopySender() = default;

    /// send(2) with MSG_ZEROCOPY, repeated: all of it. A process may lend as much as it may lock in
    /// memory (RLIMIT_MEMLOCK; net.core.optmem_max): what is more waits until some has come back,
    /// and if nothing may be lent it is copied. The bytes are lent, after an error, too: then until
    /// take_all_back() has succeeded. After an error `error().transferred()` bytes have gone.
    [[nodiscard]] Result<Loan<Family, Protocol>> send_all(BytesView bytes, Wait wait = {}) {
        if (!connection_->is_open()) {
            return Error{Errc::not_open, Operation::send};
        }
        const auto* const data = static_cast<const char*>(bytes.data());
        auto going = Result<void>{};
        std::size_t done = 0;
        int flag = sys::msg_zerocopy;
        std::size_t most = 1U << 20; // of a call, whose pages are locked together
        while (going && done < bytes.size()) {
            const std::size_t left = bytes.size() - done;
            const auto sent =
                wait_and_try(connection_->descriptor(), sys::pollout, wait, Operation::send,
                             sys::Calls<sys::send>{}, connection_->descriptor(),
                             static_cast<const void*>(data + done), left < most ? left : most,
                             flag | detail::flags_for(wait));
            if (sent) {
                sends_ += flag != 0 ? 1U : 0U;
                was_copied_ = was_copied_ || flag == 0;
                flag = sys::msg_zerocopy;
                done += *sent;
                going = done < bytes.size() ? wait.check(Operation::send) : Result<void>{};
            } else if (sent.error() != Errc::no_buffer_space || flag == 0) {
                going = sent.error();
            } else if (returned_ != sends_) {
                going = wait_for_more(wait); // too much is lent: some comes back first
            } else if (most > 16384) {
                most /= 4;
            } else {
                flag = 0; // this process may lend nothing: it is copied
            }
        }
        return going ? Result<Loan<Family, Protocol>>{Loan<Family, Protocol>{*this, sends_}}
                     : Error{going.error().code(), Operation::send, done};
    }

    /// How many sends are lent.
    [[nodiscard]] std::uint32_t lent() const { return sends_ - returned_; }

    /// Waits for all loans. Returns whether the kernel has copied any of them.
    [[nodiscard]] Result<bool> take_all_back(Wait wait = {}) { return wait_until(sends_, wait); }

private:
    friend Loan<Family, Protocol>;
    explicit ZeroCopySender(const Stream& connection) : connection_{&connection} {}

    // Numbers of sends wrap: the distance to the end says which is later.
    Result<bool> wait_until(std::uint32_t end, Wait wait) {
        while (static_cast<std::int32_t>(end - returned_) > 0) {
            if (auto more = wait_for_more(wait); !more) {
                return more.error();
            }
        }
        return was_copied_;
    }

    Result<void> wait_for_more(Wait wait) {
        const auto entry = read_error(*connection_, wait);
        if (!entry) {
            return entry.error();
        }
        if (entry->origin == ErrorOrigin::zero_copy) { // a stream gives them back in order
            returned_ = entry->last_id + 1;
            was_copied_ = was_copied_ || entry->was_copied;
        }
        return {};
    }

    const Stream* connection_;
    std::uint32_t sends_ = 0;
    std::uint32_t returned_ = 0;
    bool was_copied_ = false;
};

} // namespace ferrule

// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// One datagram of a Batch.

#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>

#include "../core/one_of.hpp"
#include "../core/optional_size.hpp"
#include "../endpoint/base.hpp"
#include "../opt/setting.hpp"
#include "../sys/batch.hpp"
#include "../sys/number.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "received.hpp"

namespace ferrule {

/// A datagram of a Batch (message/batch.hpp), which it borrows until the batch is used again.
/// `Controls` are the control messages that can come with it.
template <class Family, class... Controls> class BatchedMessage {
public:
    /// For Batch: `room` is how many bytes of a datagram there was room for.
    BatchedMessage(const sys::BatchMessage& message, const Endpoint<Family>& peer, std::size_t room,
                   opt::Target target)
        : message_{&message}, peer_{&peer}, room_{room}, target_{target} {}

    /// What came, as far as there was room; or what is to be sent.
    [[nodiscard]] std::span<char> data() const {
        return {static_cast<char*>(header().msg_iov->iov_base), size()};
    }
    [[nodiscard]] std::string_view text() const {
        return {static_cast<const char*>(header().msg_iov->iov_base), size()};
    }
    /// Who sent it; or where it is to go.
    [[nodiscard]] const Endpoint<Family>& peer() const { return *peer_; }
    /// It was longer than the room for one.
    [[nodiscard]] bool is_truncated() const { return (header().msg_flags & sys::msg_trunc) != 0; }
    /// Of one that was longer: how long, if the system tells it.
    [[nodiscard]] OptionalSize whole_size() const {
        const std::size_t size = message_->msg_len;
        return OptionalSize{is_truncated() && size > room_ ? size : 0};
    }
    /// The control messages that came with it.
    [[nodiscard]] ReceivedControls<Controls...> controls() const
        requires(sizeof...(Controls) != 0)
    {
        ReceivedControls<Controls...> controls;
        static_cast<void>(controls.take_over(header().msg_control,
                                             sys::number_as<std::size_t>(header().msg_controllen)));
        if (!controls.are_complete()) {
            controls.explain(target_);
        }
        return controls;
    }

private:
    [[nodiscard]] const msghdr& header() const { return message_->msg_hdr; }
    [[nodiscard]] std::size_t size() const {
        const std::size_t size = message_->msg_len;
        return size < room_ ? size : room_;
    }

    const sys::BatchMessage* message_;
    const Endpoint<Family>* peer_;
    std::size_t room_;
    opt::Target target_;
};

namespace detail {

// BatchedMessage with those of the controls that can be received.
template <class Family, class Received, class... Controls> struct BatchedMessageWith;
template <class Family, class... Received> struct BatchedMessageWith<Family, OneOf<Received...>> {
    using type = BatchedMessage<Family, Received...>;
};
template <class Family, class... Received, class First, class... Rest>
struct BatchedMessageWith<Family, OneOf<Received...>, First, Rest...>
    : BatchedMessageWith<
          Family,
          std::conditional_t<First::can_be_received, OneOf<Received..., First>, OneOf<Received...>>,
          Rest...> {};

} // namespace detail

} // namespace ferrule

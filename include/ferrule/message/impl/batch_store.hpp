// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The datagrams of a Batch as the kernel takes them and leaves them, and what they point to.

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "../../core/bytes.hpp"
#include "../../core/error.hpp"
#include "../../core/one_of.hpp"
#include "../../core/result.hpp"
#include "../../endpoint/base.hpp"
#include "../../opt/setting.hpp"
#include "../../socket/impl/native_form.hpp"
#include "../../socket/peer.hpp"
#include "../../sys/batch.hpp"
#include "../../sys/control.hpp"
#include "../../sys/number.hpp"
#include "../../sys/platform.hpp"
#include "../../tag/family.hpp"
#include "../batched_message.hpp"
#include "../received.hpp"

namespace ferrule::detail {

// A control message that goes along with a datagram, or none.
template <class Control> struct Attached {
    static_assert(std::is_trivially_copyable_v<Control>);
    union {
        char none = 0;
        Control value;
    };
    bool goes = false;
};
template <class Control>
    requires(!Control::can_be_sent)
struct Attached<Control> {};

template <class... Controls> struct AttachedControls : Attached<Controls>... {
    template <class Control> void set(const Control& control) {
        auto& one = static_cast<Attached<Control>&>(*this);
        ::new (static_cast<void*>(&one.value)) Control(control);
        one.goes = true;
    }
    template <class Buffer>
    [[nodiscard]] Result<void> write(Buffer& buffer, opt::Target target) const {
        auto done = Result<void>{};
        static_cast<void>((write_one<Controls>(buffer, target, done) && ...));
        return done;
    }

private:
    template <class Control, class Buffer>
    bool write_one(Buffer& buffer, opt::Target target, Result<void>& done) const {
        if constexpr (Control::can_be_sent) {
            const auto& one = static_cast<const Attached<Control>&>(*this);
            if (one.goes) {
                done = one.value.write(buffer, target);
            }
        }
        return done.has_value();
    }
};

// The memory of a Batch, in one of two states: filled by a receive, or to be sent. It points into
// itself.
template <class Family, std::size_t capacity, class... Controls> class BatchStore {
    static constexpr bool has_controls = sizeof...(Controls) != 0;

public:
    using Message = typename BatchedMessageWith<Family, OneOf<>, Controls...>::type;

    BatchStore() {
        for (std::size_t at = 0; at < capacity; ++at) {
            auto& header = messages_[at].msg_hdr;
            header = {};
            header.msg_iov = &pieces_[at];
            header.msg_iovlen = 1;
        }
    }
    BatchStore(const BatchStore&) = delete;
    BatchStore& operator=(const BatchStore&) = delete;

    void set_room(char* room, std::size_t size) {
        room_ = room;
        part_ = size / capacity;
    }
    [[nodiscard]] bool has_room() const { return part_ != 0; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool is_received() const { return is_received_; }
    [[nodiscard]] sys::BatchMessage* native(std::size_t at) { return &messages_[at]; }
    [[nodiscard]] const Endpoint<Family>& peer(std::size_t at) const { return endpoints_[at]; }
    // Over a connection there is none.
    [[nodiscard]] bool has_peer(std::size_t at) const {
        return messages_[at].msg_hdr.msg_name != nullptr;
    }
    [[nodiscard]] Message message(std::size_t at) const {
        return {messages_[at], endpoints_[at], longest_, target_};
    }

    void clear() {
        if (is_received_) {
            make_sendable(false);
        }
        forget();
    }

    // One more to this peer; null: to the peer of the connection.
    void add(BytesView bytes, const Endpoint<Family>* peer) {
        if (is_received_) { // what was received stays, to be sent with it
            make_sendable(false);
        }
        endpoints_[size_] = peer == nullptr ? Endpoint<Family>{} : *peer;
        lacks_scope_ = lacks_scope_ || (peer != nullptr && lacks_scope(*peer));
        pieces_[size_] = {const_cast<void*>(bytes.data()), bytes.size()};
        messages_[size_].msg_len = static_cast<unsigned>(bytes.size());
        auto& header = messages_[size_].msg_hdr;
        header.msg_name = peer == nullptr ? nullptr : endpoints_[size_].native_buffer();
        header.msg_namelen = peer == nullptr ? 0 : endpoints_[size_].native_size();
        detach(size_);
        ++size_;
    }
    template <class Control> void attach(std::size_t at, const Control& control) {
        attached_[at].set(control);
        end_prepared_ = begin_prepared_;
    }

    // What was received becomes what is to be sent, back to who sent it. Over a connection that is
    // its peer, which may have no name.
    void make_sendable(bool over_a_connection) {
        is_received_ = false;
        longest_ = SIZE_MAX;
        for (std::size_t at = 0; at < size_; ++at) {
            auto& header = messages_[at].msg_hdr;
            header.msg_name = over_a_connection ? nullptr : endpoints_[at].native_buffer();
            header.msg_namelen = over_a_connection ? 0 : endpoints_[at].native_size();
            leave_controls_out(at);
            if (messages_[at].msg_len > part_) {
                messages_[at].msg_len = static_cast<unsigned>(part_);
            }
            pieces_[at].iov_len = messages_[at].msg_len;
        }
    }

    // Makes the datagrams from `first` on ready for this socket, up to the first that can't go out,
    // and says why it can't.
    [[nodiscard]] Result<void> prepare(std::size_t first, opt::Target target) {
        if constexpr (FixedFamily<Family> && !has_controls) {
            if (!lacks_scope_) {
                end_prepared_ = size_;
                return {};
            }
        }
        if (lacks_scope_ || target.domain != prepared_for_ || first < begin_prepared_ ||
            first > end_prepared_) {
            begin_prepared_ = first;
            end_prepared_ = first;
            prepared_for_ = target.domain;
        }
        for (; end_prepared_ < size_; ++end_prepared_) {
            if (auto done = prepare_one(end_prepared_, target); !done) {
                return done;
            }
        }
        return {};
    }
    [[nodiscard]] std::size_t end_prepared() const { return end_prepared_; }

    // Everything is there to be received into. The kernel has written into the headers of what was
    // received before; their sizes of names take_in has written again.
    void make_ready() {
        if (!is_received_) { // it was for sending
            for (std::size_t at = 0; at < capacity; ++at) {
                auto& header = messages_[at].msg_hdr;
                header.msg_name = endpoints_[at].native_buffer();
                header.msg_namelen = Endpoint<Family>::native_capacity;
                header.msg_control = has_controls ? controls_[at].data() : nullptr;
                header.msg_controllen = control_room;
                pieces_[at] = {room_ + at * part_, part_};
            }
            is_received_ = true;
            longest_ = part_;
        } else if constexpr (has_controls) {
            for (std::size_t at = 0; at < size_; ++at) {
                messages_[at].msg_hdr.msg_controllen = control_room;
            }
        }
        forget();
    }
    // So many were received.
    void take_in(std::size_t size, opt::Target target) {
        for (std::size_t at = 0; at < size; ++at) {
            auto& header = messages_[at].msg_hdr;
            endpoints_[at].native_resize(header.msg_namelen);
            header.msg_namelen = Endpoint<Family>::native_capacity; // for the next receive
            if constexpr (has_controls) {
                attached_[at] = {};
            }
        }
        size_ = size;
        target_ = target;
    }

private:
    static constexpr std::size_t control_room =
        has_controls ? room_to_receive<Family, Controls...> : 0;

    void forget() {
        size_ = 0;
        begin_prepared_ = 0;
        end_prepared_ = 0;
        lacks_scope_ = false;
    }

    void leave_controls_out(std::size_t at) {
        auto& header = messages_[at].msg_hdr;
        header.msg_control = nullptr;
        header.msg_controllen = 0;
        header.msg_flags = 0;
    }
    void detach(std::size_t at) {
        leave_controls_out(at);
        if constexpr (has_controls) {
            attached_[at] = {};
        }
    }

    Result<void> prepare_one(std::size_t at, opt::Target target) {
        auto& header = messages_[at].msg_hdr;
        if (header.msg_name != nullptr) {
            if (auto fits = check_scope(target.descriptor, endpoints_[at], Operation::send);
                !fits) {
                return fits;
            }
            // A socket of AF_INET6 takes an IPv4 endpoint as a mapped one, once for all sends.
            if constexpr (VariableFamily<Family>) {
                const NativeForm<Family> form{endpoints_[at], target.domain};
                header.msg_name = &names_[at];
                header.msg_namelen = form.size();
                __builtin_memcpy(&names_[at], form.address(), form.size());
            }
        }
        if constexpr (has_controls) {
            auto& buffer = controls_[at];
            buffer.clear();
            if (auto written = attached_[at].write(buffer, target); !written) {
                return written;
            }
            header.msg_control = buffer.size() == 0 ? nullptr : buffer.data();
            header.msg_controllen = sys::number_as<decltype(header.msg_controllen)>(buffer.size());
        }
        return {};
    }

    struct NoName {};
    using Name = std::conditional_t<VariableFamily<Family>, sockaddr_storage, NoName>;

    std::array<sys::BatchMessage, capacity> messages_;
    std::array<iovec, capacity> pieces_{};
    std::array<Endpoint<Family>, capacity> endpoints_{};
    std::array<sys::ControlBuffer<control_room>, has_controls ? capacity : 1> controls_;
    std::array<AttachedControls<Controls...>, has_controls ? capacity : 1> attached_{};
    std::array<Name, VariableFamily<Family> ? capacity : 1> names_;
    char* room_ = nullptr;
    std::size_t part_ = 0;
    std::size_t longest_ = SIZE_MAX; // part_, of what was received
    std::size_t size_ = 0;
    std::size_t begin_prepared_ = 0; // From here
    std::size_t end_prepared_ = 0;   // to here they are ready
    int prepared_for_ = -1;          // for a socket of this domain.
    bool lacks_scope_ = false;
    bool is_received_ = false;
    opt::Target target_{};
};

} // namespace ferrule::detail

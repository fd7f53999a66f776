// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What was received with control messages: those that came, of those that were asked for.

#include <cstddef>
#include <type_traits>
#include <utility>

#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../endpoint/base.hpp"
#include "../opt/setting.hpp"
#include "../sys/control.hpp"
#include "../sys/descriptor.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "../tag/family.hpp"
#include "control/process.hpp"
#include "control/rules.hpp"
#include "impl/target.hpp"

namespace ferrule {

namespace detail {

// A control message that was asked for, and why it did not come: `none` if it did.
template <class Control> struct Slot {
    ReceivedAs<Control> value{};
    Error missing{Errc::control_missing, Operation::receive};

    [[nodiscard]] bool came() const { return missing == Errc::none; }
    void note() { missing = {Errc::none, Operation::receive}; }
};

} // namespace detail

/// The control messages that came, of those that were asked for.
template <class... Controls> class ReceivedControls : detail::Slot<Controls>... {
public:
    /// Null if it did not come.
    template <Among<OneOf<Controls...>> Control>
    [[nodiscard]] const ReceivedAs<Control>* get_if() const& {
        return slot<Control>().came() ? &slot<Control>().value : nullptr;
    }
    template <Among<OneOf<Controls...>> Control> [[nodiscard]] ReceivedAs<Control>* get_if() & {
        return slot<Control>().came() ? &slot<Control>().value : nullptr;
    }

    /// Takes it out. Without it: `option_off`, which names the option that asks for it, or
    /// `control_missing`.
    template <Among<OneOf<Controls...>> Control> [[nodiscard]] Result<ReceivedAs<Control>> take() {
        if (!slot<Control>().came()) {
            return slot<Control>().missing;
        }
        return std::move(slot<Control>().value);
    }

    /// Takes over what is in this buffer, as recvmsg(2) fills it: all descriptors in it are owned
    /// from here on. False if there were more descriptors than asked for.
    [[nodiscard, FERRULE_ALWAYS_INLINE]] bool take_over(const void* data, std::size_t size) {
        bool all_fit = true;
        sys::ControlWalker walker{data, size};
        for (sys::ControlMessage message; walker.next(message);) {
            if (message.is(sys::sol_socket, sys::scm_rights)) {
                all_fit = take_rights(message) && all_fit;
            } else if (message.is(sys::sol_socket, sys::scm_pidfd) &&
                       sys::scm_pidfd != sys::absent) {
                take_process(message);
            } else {
                static_cast<void>((read_into<Controls>(message) || ...));
            }
        }
        return all_fit;
    }

    /// Finds out why what did not come did not.
    void explain(opt::Target target) { (explain_one<Controls>(target), ...); }

    /// Whether all came.
    [[nodiscard]] bool are_complete() const { return (slot<Controls>().came() && ...); }

private:
    template <class Control> detail::Slot<Control>& slot() { return *this; }
    template <class Control> const detail::Slot<Control>& slot() const { return *this; }

    template <class Control>
    static constexpr bool is_rights =
        requires(ReceivedAs<Control> owned) { owned.add(Descriptor{}); };

    bool take_rights(const sys::ControlMessage& message) {
        bool all_fit = true;
        int number = -1;
        for (std::size_t at = 0; message.read(number, at); at += sizeof number) {
            Descriptor descriptor{number};
            const bool fits = (add_to<Controls>(descriptor) || ...);
            all_fit = all_fit && (fits || !(is_rights<Controls> || ...));
        }
        return all_fit;
    }

    template <class Control> bool add_to(Descriptor& descriptor) {
        if constexpr (is_rights<Control>) {
            slot<Control>().note();
            return slot<Control>().value.add(std::move(descriptor));
        } else {
            return false;
        }
    }

    void take_process(const sys::ControlMessage& message) {
        int number = -1;
        if (message.read(number)) { // below 0 of a process that is gone
            Descriptor descriptor{number};
            static_cast<void>((own_as<Controls>(descriptor) || ...));
        }
    }

    template <class Control> bool own_as(Descriptor& descriptor) {
        if constexpr (std::is_same_v<Control, control::ProcessDescriptor>) {
            slot<Control>().note();
            slot<Control>().value.own(std::move(descriptor));
            return true;
        } else {
            return false;
        }
    }

    template <class Control> bool read_into(const sys::ControlMessage& message) {
        if constexpr (requires(ReceivedAs<Control> value) { value.read(message); }) {
            if (!slot<Control>().value.read(message)) {
                return false;
            }
            slot<Control>().note();
            return true;
        } else {
            return false;
        }
    }

    template <class Control> void explain_one(opt::Target target) {
        if (!slot<Control>().came()) {
            slot<Control>().missing = detail::why_missing<Control>(target);
        }
    }
};

/// What receive<Controls...> and receive_some<Controls...> give.
template <class Data, class... Controls> struct ReceivedMessage : ReceivedControls<Controls...> {
    Data data; ///< The part of the buffer that was filled.
};

/// What receive_from<Controls...> gives.
template <class Data, class Family, class... Controls>
struct ReceivedMessageFrom : ReceivedControls<Controls...> {
    Data data;             ///< The part of the buffer that was filled.
    Endpoint<Family> peer; ///< Who sent it; unnamed for a Unix socket that was not bound.
};

namespace detail {

// Room for what is asked for, and for what else may come without being asked for; then no stranger
// to the call can cut what is.
template <class Family, class... Controls>
inline constexpr std::size_t room_to_receive =
    (Controls::room + ... + (std::is_same_v<Family, Unix> ? 128 : 512));

} // namespace detail

} // namespace ferrule

// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// SCM_CREDENTIALS, SCM_PIDFD (unix(7)): the process that sent a message.

#include <cstddef>
#include <utility>

#include "../../core/one_of.hpp"
#include "../../core/result.hpp"
#include "../../opt/setting.hpp"
#include "../../opt/unix.hpp"
#include "../../sys/control.hpp"
#include "../../sys/descriptor.hpp"
#include "../../sys/numbers.hpp"
#include "../../tag/family.hpp"
#include "rules.hpp"

namespace ferrule::control {

/// SCM_CREDENTIALS: process, user and group of the sender, which the kernel has checked. They come
/// with each message while opt::PassCredentials is on; a process of another namespace is 0. To send
/// those of another process takes privileges (`operation_not_permitted`).
struct Credentials : Anywhere, opt::Credentials {
    using families = OneOf<Unix>;
    using option = opt::PassCredentials;
    static constexpr bool can_be_sent = true;
    static constexpr bool can_be_received = true;
    static constexpr std::size_t room = sys::control_space(sizeof(opt::Credentials));

    constexpr Credentials() = default;
    constexpr Credentials(opt::Credentials of) : opt::Credentials{of} {}

    template <class Buffer> [[nodiscard]] Result<void> write(Buffer& to, opt::Target) const {
        to.add(sys::sol_socket, sys::scm_credentials, static_cast<const opt::Credentials&>(*this));
        return {};
    }
    [[nodiscard]] bool read(const sys::ControlMessage& message) {
        return message.is(sys::sol_socket, sys::scm_credentials) &&
               message.read(static_cast<opt::Credentials&>(*this));
    }
};

/// SCM_PIDFD: a descriptor of the sender's process (pidfd_open(2)), close-on-exec, which stays its
/// own when the number goes to another. It comes with each message while
/// opt::PassProcessDescriptor is on.
class ProcessDescriptor : public Anywhere {
public:
    using families = OneOf<Unix>;
    using option = opt::PassProcessDescriptor;
    static constexpr bool can_be_received = true;
    static constexpr std::size_t room = sys::control_space(sizeof(int));

    [[nodiscard]] const Descriptor& descriptor() const { return descriptor_; }
    [[nodiscard]] Descriptor take() && { return std::move(descriptor_); }

    void own(Descriptor descriptor) { descriptor_ = std::move(descriptor); }

private:
    Descriptor descriptor_;
};

} // namespace ferrule::control

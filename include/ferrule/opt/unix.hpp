// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Options of Unix sockets (unix(7)): who is at the other end.

#include <array>
#include <cstddef>
#include <span>

#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../sys/descriptor.hpp"
#include "../sys/file.hpp"
#include "../sys/numbers.hpp"
#include "../sys/option.hpp"
#include "../tag/family.hpp"
#include "../tag/type.hpp"
#include "encoding.hpp"
#include "rules.hpp"
#include "setting.hpp"

namespace ferrule::opt {

/// SO_PASSCRED: with each message, who sent it. Binds a socket without a name to an abstract one.
/// Set it on the Listener: its connections inherit it. A message that was sent before it was set
/// comes from process 0.
struct PassCredentials : Setting<Switch, Kernel<sys::sol_socket, sys::so_passcred, "SO_PASSCRED">> {
    using Setting::Setting;
    using families = OneOf<Unix>;
};

/// SO_PASSRIGHTS: whether descriptors are taken; off, a peer that sends some gets
/// `operation_not_permitted`. A Listener that takes none says so at its birth: its connections
/// inherit it before their client can send. On unless said otherwise. Since Linux 6.16.
struct PassDescriptors
    : Setting<Switch, Kernel<sys::sol_socket, sys::so_passrights, "SO_PASSRIGHTS">> {
    using Setting::Setting;
    using families = OneOf<Unix>;
};

/// SO_PASSPIDFD: with each message, a descriptor of the process that sent it. As with
/// PassCredentials, set it on the Listener. Since Linux 6.5.
struct PassProcessDescriptor
    : Setting<Switch, Kernel<sys::sol_socket, sys::so_passpidfd, "SO_PASSPIDFD">> {
    using Setting::Setting;
    using families = OneOf<Unix>;
};

/// Who a process was: struct ucred of unix(7).
struct Credentials {
    pid_t process = 0;
    uid_t user = 0;
    gid_t group = 0;
    friend constexpr bool operator==(const Credentials&, const Credentials&) = default;
};

/// fchmod(2) before bind: who may connect to the path, from 0 to 0777 (octal: a decimal 600 does
/// not compile), less the umask. Set before the path is there, so that there is no moment in which
/// others may. PathListener takes the umask back.
struct Mode : Everywhere {
    using families = OneOf<Unix>;
    using set_in = BeforeBind;
    using get_in = NoState;
    using value_type = mode_t;
    using kernels = OneOf<>; // no option of the kernel
    static constexpr bool on_this_system = sys::unix_has_modes;

    constexpr explicit Mode(Checked<Number<0, 0777>> permissions)
        : value{static_cast<mode_t>(permissions.value)}, fits{permissions.fits} {}

    [[nodiscard]] Result<void> set(Target target) const {
        if (!fits) {
            return Error::of_option(Errc::value_out_of_range, Operation::set_option, "mode");
        }
        auto done = sys::set_mode_to_be(target.descriptor, value);
        return done ? done : Error::of_option(done.error().code(), Operation::set_option, "mode");
    }

    mode_t value;
    bool fits; ///< Whether what was given at run time is a mode.
};

/// SO_PEERCRED: process, user and group of the peer as they were when it connected or listened.
struct PeerCredentials
    : Setting<AsItIs<Credentials>, Kernel<sys::sol_socket, sys::so_peercred, "SO_PEERCRED">> {
    using families = OneOf<Unix>;
    using types = OneOf<Stream, SeqPacket>;
    using set_in = NoState;
    using get_in = WithPeer;
};

/// SO_PEERPIDFD: a descriptor of the peer's process (pidfd_open(2)), close-on-exec, which stays its
/// own when the number goes to another. Since Linux 6.5.
struct PeerPidfd : Everywhere {
    using families = OneOf<Unix>;
    using types = OneOf<Stream, SeqPacket>;
    using set_in = NoState;
    using get_in = WithPeer;
    using value_type = Descriptor;
    using kernels = OneOf<Kernel<sys::sol_socket, sys::so_peerpidfd, "SO_PEERPIDFD">>;
    [[nodiscard]] static Result<Descriptor> get(Target target) {
        const auto number =
            Kernel<sys::sol_socket, sys::so_peerpidfd, "SO_PEERPIDFD">::get<int>(target.descriptor);
        if (!number) {
            return number.error();
        }
        return Descriptor{*number};
    }
};

/// SO_PEERGROUPS: the supplementary groups of the peer. More than 64 are `result_out_of_range`.
struct PeerGroups : Everywhere {
    using families = OneOf<Unix>;
    using types = OneOf<Stream, SeqPacket>;
    using set_in = NoState;
    using get_in = WithPeer;
    /// The numbers of the groups, a range.
    class Groups {
    public:
        [[nodiscard]] std::span<const gid_t> all() const { return {groups_.data(), size_}; }

    private:
        friend PeerGroups;
        std::array<gid_t, 64> groups_{};
        std::size_t size_ = 0;
    };
    using value_type = Groups;
    using kernels = OneOf<Kernel<sys::sol_socket, sys::so_peergroups, "SO_PEERGROUPS">>;
    [[nodiscard]] static Result<Groups> get(Target target) {
        Groups groups;
        const auto asked =
            sys::get_option_bytes(target.descriptor, sys::sol_socket, sys::so_peergroups,
                                  groups.groups_.data(), sizeof groups.groups_);
        if (!asked) {
            return Error::of_option(asked.error().code(), Operation::get_option, "SO_PEERGROUPS");
        }
        groups.size_ = *asked / sizeof(gid_t);
        return groups;
    }
};

} // namespace ferrule::opt

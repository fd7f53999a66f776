// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A listener that owns its path in the file system. Only one of several servers gets the path, a
/// dead server's path is replaced, and there is no moment without a listener.

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../core/text.hpp"
#include "../endpoint/unix.hpp"
#include "../opt/rules.hpp"
#include "../opt/unix.hpp"
#include "../socket/handle.hpp"
#include "../socket/impl/pack.hpp"
#include "../socket/impl/steps.hpp"
#include "../socket/listener.hpp"
#include "../sys/descriptor.hpp"
#include "../sys/file.hpp"
#include "../sys/numbers.hpp"
#include "../sys/socket.hpp"
#include "../tag/family.hpp"
#include "../tag/legal.hpp"
#include "../tag/protocol.hpp"
#include "../tag/state.hpp"
#include "../tag/type.hpp"
#include "../wait/wait.hpp"

namespace ferrule {

/// A Unix listener and its path. The destructor removes the path if it still belongs to this
/// listener. The lock file (`path.lock`) stays: if it were removed, two servers could lock two
/// files of the same name. Clients that are not accepted yet are disconnected. A child of fork(2)
/// shares the lock: it should exec, or not touch the object, because the destructor would remove
/// the path. A relative path is resolved at each use: after chdir(2) it is not found, and stays.
template <class Type = Stream>
    requires Legal<Unix, Type, Unspecified> && FormsConnections<Type>
class [[nodiscard("a listener that nobody keeps is closed at once")]] PathListener {
public:
    PathListener(const PathListener&) = delete;
    PathListener& operator=(const PathListener&) = delete;
    PathListener(PathListener&&) noexcept = default;
    PathListener& operator=(PathListener&& other) noexcept {
        PathListener taken{std::move(other)}; // what was here goes with it
        std::swap(lock_, taken.lock_);
        std::swap(listener_, taken.listener_);
        std::swap(endpoint_, taken.endpoint_);
        std::swap(file_, taken.file_);
        return *this;
    }
    ~PathListener() { static_cast<void>(remove()); }

    /// Listens at a path, `listen(endpoint, [backlog], options...)`, opt::Mode among them: locks
    /// `path.lock`, binds to `path.new`, listens, and renames it to `path`. This replaces the path
    /// of a dead server. Errors: `address_in_use` if a live server has the path, `file_exists` if
    /// it is no socket (both also for `path.new`), `permission_denied` if another user owns the
    /// lock file. The path with `.lock` must fit 108 bytes, too.
    template <class... Options>
        requires SettableOnTheWayTo<
            FirstRefusedAfterBacklog<state::Listener, Unix, Type, Unspecified, Options...>,
            state::Listener, Unix, Type, Unspecified>
    [[nodiscard]] static Result<PathListener> listen(const Endpoint<Unix>& endpoint,
                                                     const Options&... options) {
        constexpr std::string_view lock_suffix = ".lock";
        constexpr std::string_view new_suffix = ".new";
        if (!endpoint.is_path()) {
            return Error{Errc::invalid_argument, Operation::bind};
        }
        if (endpoint.name().size() + lock_suffix.size() > longest_path) {
            return Error{Errc::path_too_long, Operation::bind};
        }
        const Path path{endpoint.name()};
        const Path lock_path = Path{endpoint.name()}.append(lock_suffix);
        const Path new_path = Path{endpoint.name()}.append(new_suffix);

        auto lock = sys::open_lock_file(lock_path.c_str());
        if (!lock) {
            return lock.error();
        }
        if (auto locked = sys::lock(lock->number()); !locked) {
            return locked.error().code() == Errc::would_block
                       ? Error{Errc::address_in_use, Operation::bind}
                       : locked.error();
        }
        if (const auto found = look_at(endpoint, path); !found) {
            return found.error();
        }
        const auto new_endpoint = Endpoint<Unix>::path(new_path.view());
        if (!new_endpoint) {
            return new_endpoint.error().during(Operation::bind);
        }
        const auto found_new = look_at(*new_endpoint, new_path);
        if (!found_new) {
            return found_new.error();
        }
        if (*found_new == Found::dead) { // of one who died before its rename
            if (auto removed = sys::unlink(new_path.c_str()); !removed) {
                return removed.error();
            }
        }
        auto listener = Listener<Unix, Type>::listen(*new_endpoint, options...);
        if (!listener) {
            if (listener.error().operation() != Operation::bind) { // else what is there is not ours
                static_cast<void>(sys::unlink(new_path.c_str()));
            }
            return listener.error();
        }
        const auto file = sys::identify(new_path.c_str());
        // The kernel can't check which file it replaces. Servers that use the lock have put nothing
        // there since we looked; a file of anybody else is lost.
        auto moved = file ? set_mode(new_path, *file, options...) : Result<void>{file.error()};
        if (moved) {
            moved = sys::rename(new_path.c_str(), path.c_str());
        }
        if (!moved) {
            static_cast<void>(sys::unlink(new_path.c_str()));
            return moved.error();
        }
        return PathListener{*std::move(lock), *std::move(listener), endpoint, *file};
    }

    /// The listener, borrowed. Its own local_endpoint() is the name before the rename.
    [[nodiscard]] const Listener<Unix, Type>& listener() const { return listener_; }
    /// Where it can be reached.
    [[nodiscard]] const Endpoint<Unix>& endpoint() const { return endpoint_; }

    /// accept4(2), as Listener does.
    [[nodiscard]] Result<Accepted<Unix, Type, Unspecified>> accept(Wait wait = {}) const {
        return listener_.accept(wait);
    }

    /// Removes the path, if it still belongs to this listener, and closes. It is no error if
    /// somebody has replaced the path.
    Result<void> close() && {
        auto removed = remove();
        auto closed = std::move(listener_).close();
        static_cast<void>(lock_.close());
        return removed ? closed : removed;
    }
    detail::spent_by_this_step_so_write_std_move close() & = delete;

private:
    static constexpr std::size_t longest_path = 108;
    using Path = Text<longest_path>;

    PathListener(Descriptor lock, Listener<Unix, Type> listener, const Endpoint<Unix>& endpoint,
                 const sys::FileIdentity& file)
        : lock_{std::move(lock)}, listener_{std::move(listener)}, endpoint_{endpoint}, file_{file} {
    }

    enum class Found { nothing, dead };

    // What is at a path, if it may be replaced: nothing, or a socket without a listener. A connect
    // finds a listener that does not use the lock.
    static Result<Found> look_at(const Endpoint<Unix>& endpoint, const Path& path) {
        const auto there = sys::identify(path.c_str());
        if (!there) {
            return there.error().code() == Errc::no_such_file_or_directory
                       ? Result<Found>{Found::nothing}
                       : there.error();
        }
        if (!there->is_socket) {
            return Error{Errc::file_exists, Operation::bind};
        }
        const auto dialled =
            sys::open(sys::af_unix, Type::number, 0, sys::Blocking::no)
                .and_then([&](Descriptor&& socket) {
                    return steps::connect_to_the_end(
                        socket.number(), endpoint.native(), endpoint.native_size(), no_wait,
                        sys::connect(socket.number(), endpoint.native(), endpoint.native_size()));
                });
        switch (dialled ? Errc::none : dialled.error().code()) {
        case Errc::connection_refused:
            return Found::dead;
        case Errc::no_such_file_or_directory: // gone meanwhile
            return Found::nothing;
        case Errc::none:
        case Errc::would_block:         // its queue is full
        case Errc::wrong_protocol_type: // it is of another type
            return Error{Errc::address_in_use, Operation::bind};
        default:
            return dialled.error().during(Operation::bind);
        }
    }

    // Sets the whole mode, before anybody can connect: bind(2) has removed the bits of the umask.
    template <class... Options>
    static Result<void> set_mode(const Path& path, const sys::FileIdentity& file,
                                 const Options&... options) {
        auto done = Result<void>{};
        [[maybe_unused]] const auto set_one = [&](const auto& option) {
            if constexpr (std::is_same_v<std::remove_cvref_t<decltype(option)>, opt::Mode>) {
                if (file.permissions != option.value) {
                    done = sys::set_permissions(path.c_str(), option.value);
                }
            }
        };
        (set_one(options), ...);
        return done;
    }

    Result<void> remove() {
        if (!lock_.is_open()) {
            return Error{Errc::not_open, Operation::close};
        }
        const Path path{endpoint_.name()};
        const auto there = sys::identify(path.c_str());
        if (!there) {
            return there.error().code() == Errc::no_such_file_or_directory
                       ? Result<void>{}
                       : there.error().during(Operation::close);
        }
        // The kernel can't check which file it removes: a file that is put there between these two
        // calls is lost. Servers that use the lock do not do that.
        if (*there == file_) {
            if (auto removed = sys::unlink(path.c_str()); !removed) {
                return removed.error().during(Operation::close);
            }
        }
        return {};
    }

    Descriptor lock_; // first, so that it is the last to go
    Listener<Unix, Type> listener_;
    Endpoint<Unix> endpoint_;
    sys::FileIdentity file_;
};

} // namespace ferrule

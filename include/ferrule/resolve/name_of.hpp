// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// From addresses to names, and the name of this host.

#include <string_view>

#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../core/text.hpp"
#include "../endpoint/base.hpp"
#include "../sys/resolver.hpp"
#include "../tag/family.hpp"
#include "../tag/type.hpp"
#include "../wait/wait.hpp"
#include "host_port.hpp"
#include "impl/lookup.hpp"

namespace ferrule {

/// A host and a service by their names: `localhost` and `http`.
using HostName = sys::HostName;

/// getnameinfo(3): the names of an endpoint; a port without a name is given as its number. An
/// address without a name, or with one that no host can have, is `host_not_found`. A name is what
/// the owner of the address says: it proves nothing unless resolve() of it gives the address. The
/// wait is as of resolve().
template <class Type = Stream, class Family>
    requires Among<Family, OneOf<Ipv4, Ipv6, Ip>>
[[nodiscard]] Result<HostName> name_of(const Endpoint<Family>& endpoint, Wait wait = {}) {
    const detail::NameQuestion question{endpoint, Type::number};
    auto answer = wait.is_for_ever() ? question.ask() : detail::ask_aside(question, wait);
    if (answer && !is_host_name(answer->host)) {
        return Error{Errc::host_not_found, Operation::resolve};
    }
    return answer;
}

/// gethostname(2): what this host calls itself.
[[nodiscard]] inline Result<Text<255>> host_name() { return sys::host_name(); }

} // namespace ferrule

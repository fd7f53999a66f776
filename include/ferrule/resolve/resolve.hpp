// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// From the name of a host to the endpoints that reach it.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <new>
#include <poll.h>
#include <span>
#include <string_view>
#include <sys/socket.h>
#include <type_traits>
#include <utility>

#include "../address/ip.hpp"
#include "../address/ipv6.hpp"
#include "../address/parser.hpp"
#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../core/text.hpp"
#include "../endpoint/ip.hpp"
#include "../endpoint/ipv4.hpp"
#include "../endpoint/ipv6.hpp"
#include "../sys/descriptor.hpp"
#include "../sys/event.hpp"
#include "../sys/interface.hpp"
#include "../sys/process.hpp"
#include "../sys/resolver.hpp"
#include "../sys/thread.hpp"
#include "../tag/family.hpp"
#include "../tag/legal.hpp"
#include "../tag/type.hpp"
#include "../wait/wait.hpp"
#include "host_port.hpp"

namespace ferrule {

namespace detail {

// Return type of a range over endpoints that would be gone before it: its name is the message.
struct gone_at_once_so_keep_the_endpoints_in_a_variable {};

} // namespace detail

/// The endpoints that a name stands for, best first. A range; owns heap memory.
template <class Family> class Endpoints {
public:
    Endpoints() = default;
    Endpoints(const Endpoints&) = delete;
    Endpoints& operator=(const Endpoints&) = delete;
    Endpoints(Endpoints&& other) noexcept
        : first_{std::exchange(other.first_, nullptr)}, size_{std::exchange(other.size_, 0)} {}
    Endpoints& operator=(Endpoints&& other) noexcept {
        std::swap(first_, other.first_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~Endpoints() { delete[] first_; }

    [[nodiscard]] const Endpoint<Family>* begin() const& { return first_; }
    [[nodiscard]] const Endpoint<Family>* end() const& { return first_ + size_; }
    [[nodiscard]] const Endpoint<Family>* data() const& { return first_; }
    detail::gone_at_once_so_keep_the_endpoints_in_a_variable begin() const&& = delete;
    detail::gone_at_once_so_keep_the_endpoints_in_a_variable end() const&& = delete;
    detail::gone_at_once_so_keep_the_endpoints_in_a_variable data() const&& = delete;
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] const Endpoint<Family>& operator[](std::size_t at) const& { return first_[at]; }
    [[nodiscard]] Endpoint<Family> operator[](std::size_t at) const&& { return first_[at]; }

    /// Room for so many; `not_enough_memory`.
    [[nodiscard]] static Result<Endpoints> with_room(std::size_t capacity) {
        Endpoints made;
        made.first_ = new (std::nothrow) Endpoint<Family>[capacity];
        if (made.first_ == nullptr) {
            return Error{Errc::not_enough_memory, Operation::resolve};
        }
        return made;
    }

    /// Adds one, unless it is there already. There must be room.
    void add(const Endpoint<Family>& endpoint) {
        for (const auto& known : *this) {
            if (known == endpoint) {
                return;
            }
        }
        first_[size_++] = endpoint;
    }

private:
    Endpoint<Family>* first_ = nullptr;
    std::size_t size_ = 0;
};

namespace detail {

// A question to getaddrinfo(3): an empty host or service is not asked for.
struct Question {
    Text<254> host;
    Text<32> service;
    int domain;
    int type;

    [[nodiscard]] Result<sys::AddressList> ask() const {
        return sys::look_up(host.empty() ? nullptr : host.c_str(),
                            service.empty() ? nullptr : service.c_str(), domain, type);
    }
};

// How many lookups may be under way in threads of their own, and the count. A thread that nobody
// waits for any more stays until the name servers have answered or the resolver gives up
// (resolv.conf(5): 5 s, twice, for each of them), so that without a bound whoever asks with a short
// wait would fill the process with threads. They are of this process: a child of fork(2) has none.
inline constexpr std::uint32_t most_lookups = 128;

class LookupCount {
public:
    // Whether one more may begin, which is then counted.
    static bool enter() {
        std::uint64_t seen = __atomic_load_n(&count(), __ATOMIC_RELAXED);
        for (;;) {
            const std::uint64_t mine = of_this_process(seen);
            if ((mine & UINT32_MAX) >= most_lookups) {
                return false;
            }
            if (__atomic_compare_exchange_n(&count(), &seen, mine + 1, false, __ATOMIC_RELAXED,
                                            __ATOMIC_RELAXED)) {
                return true;
            }
        }
    }
    static void leave() { __atomic_fetch_sub(&count(), 1, __ATOMIC_RELAXED); }

private:
    // The process in the upper half, its number of lookups in the lower.
    static std::uint64_t& count() {
        static std::uint64_t value = 0;
        return value;
    }
    static std::uint64_t of_this_process(std::uint64_t seen) {
        const std::uint64_t process = std::uint64_t{static_cast<std::uint32_t>(sys::process_id())}
                                      << 32;
        return (seen & ~std::uint64_t{UINT32_MAX}) == process ? seen : process;
    }
};

// A question that a thread asks for somebody who may not wait for the answer. The last of the two
// to leave deletes it.
struct Errand {
    Question question;
    Descriptor done_event;
    Result<sys::AddressList> answer = Error{Errc::none, Operation::resolve};
    bool done = false;
    int holders = 2;

    static void* run(void* argument) {
        auto* const errand = static_cast<Errand*>(argument);
        errand->answer = errand->question.ask();
        __atomic_store_n(&errand->done, true, __ATOMIC_RELEASE);
        sys::raise_event(errand->done_event.number());
        errand->leave();
        LookupCount::leave();
        return nullptr;
    }

    void leave() {
        if (__atomic_sub_fetch(&holders, 1, __ATOMIC_ACQ_REL) == 0) {
            delete this;
        }
    }
};

// Within the wait: in a thread of its own, which is left to itself when the wait is over.
inline Result<sys::AddressList> ask_aside(const Question& question, Wait wait) {
    if (auto going = wait.check(Operation::resolve); !going) {
        return going.error();
    }
    if (wait.is_no_wait()) { // no answer can be there when its thread has just begun
        return Error{Errc::would_block, Operation::resolve};
    }
    auto event = sys::open_event();
    if (!event) {
        return event.error().during(Operation::resolve);
    }
    auto* const errand = new (std::nothrow) Errand{question, *std::move(event)};
    if (errand == nullptr) {
        return Error{Errc::not_enough_memory, Operation::resolve};
    }
    if (!LookupCount::enter()) {
        delete errand;
        return Error{Errc::too_many_lookups, Operation::resolve};
    }
    if (auto started = sys::start_detached(Errand::run, errand, Operation::resolve); !started) {
        LookupCount::leave();
        delete errand;
        return started.error();
    }
    auto answer = Result<sys::AddressList>{Error{Errc::none, Operation::resolve}};
    auto waited = wait_for(errand->done_event.number(), POLLIN, wait, Operation::resolve);
    if (waited && __atomic_load_n(&errand->done, __ATOMIC_ACQUIRE)) {
        answer = std::move(errand->answer);
    } else {
        answer = waited.error();
    }
    errand->leave();
    return answer;
}

// An answer of getaddrinfo(3) as an endpoint.
inline Endpoint<Ip> endpoint_of(const addrinfo& answer) {
    Endpoint<Ip> endpoint;
    if (answer.ai_addrlen <= Endpoint<Ip>::native_capacity) {
        __builtin_memcpy(endpoint.native_buffer(), answer.ai_addr, answer.ai_addrlen);
        endpoint.native_resize(answer.ai_addrlen);
    }
    return endpoint;
}

// A port, or 0 and the name of a service that is to be looked up.
inline Result<std::uint16_t> port_of(std::string_view service) {
    Parser parser{service};
    std::uint16_t port = 0;
    if (parser.port(port) && parser.expect_end()) {
        return port;
    }
    if (!is_service_name(service)) {
        return Error{Errc::bad_service, Operation::resolve};
    }
    return std::uint16_t{0};
}

// A port as text; what is none as text that is none.
template <std::integral Port> constexpr Text<20> port_text(Port port) {
    if (std::cmp_less(port, 0)) {
        return Text<20>{"-"};
    }
    return Text<20>{}.append_number(static_cast<std::uint64_t>(port));
}

// An address that was written as one, its scope a number or the name of an interface; none if it
// was not.
inline Result<Endpoint<Ip>> literal_endpoint(std::string_view host, std::uint16_t port) {
    const std::size_t percent = host.find('%');
    const auto address = Address<Ip>::parse(host.substr(0, percent));
    if (!address || (percent != host.npos && !address->template to<Ipv6>())) {
        return Error{Errc::bad_host, Operation::resolve};
    }
    if (percent == host.npos) {
        return Endpoint<Ip>{*address, port};
    }
    const std::string_view scope = host.substr(percent + 1);
    Parser parser{scope};
    std::uint32_t index = 0;
    if (!parser.decimal(index, UINT32_MAX, Errc::bad_scope) || !parser.at_end() || index == 0) {
        const auto named = sys::interface_index(scope, Operation::resolve);
        if (!named) {
            return named.error();
        }
        index = *named;
    }
    return Endpoint<Ip>{Endpoint<Ipv6>{*address->template to<Ipv6>(), port, index}};
}

// The endpoint as one of the family, or nothing added.
template <class Family>
void add_if_of_family(Endpoints<Family>& endpoints, const Endpoint<Ip>& endpoint) {
    if constexpr (std::is_same_v<Family, Ip>) {
        endpoints.add(endpoint);
    } else if (const auto fitting = endpoint.template to<Family>()) {
        endpoints.add(*fitting);
    }
}

} // namespace detail

/// getaddrinfo(3): the endpoints of a host and a service, in the order that the system prefers (RFC
/// 6724), each once. `host` is a name or an address; one that can be neither is `bad_host`, and no
/// number is read in another way than Address<Ip>::parse does. `service` is a port from 0 to 65535
/// or a name (services(5)). Without a Wait it blocks for as long as the name servers take; with one
/// it runs in a thread of its own, which is abandoned when the wait is over and ends by itself;
/// with `no_wait` a name is `would_block`. 128 such threads at once, then it is `too_many_lookups`.
/// A library that has called this must stay loaded (dlclose(3)) until its threads have ended.
/// Allocates.
template <class Family = Ip, class Type = Stream>
    requires Among<Family, OneOf<Ip, Ipv4, Ipv6>> && Offers<Family, Type>
[[nodiscard]] Result<Endpoints<Family>> resolve(std::string_view host, std::string_view service,
                                                Wait wait = {}) {
    const auto port = detail::port_of(service);
    if (!port) {
        return port.error();
    }
    const bool service_is_name = is_service_name(service);
    const auto literal = detail::literal_endpoint(host, *port);
    if (!literal && (literal.error().code() != Errc::bad_host || !is_host_name(host))) {
        return literal.error();
    }

    // An address with a port needs nobody's help; with the name of a service, only the port is
    // asked for.
    sys::AddressList found;
    if (!literal || service_is_name) {
        int domain = AF_UNSPEC;
        if (literal) {
            domain = literal->domain();
        } else if constexpr (FixedFamily<Family>) {
            domain = Family::number;
        }
        const detail::Question question{Text<254>{literal ? std::string_view{} : host},
                                        Text<32>{service_is_name ? service : std::string_view{}},
                                        domain, Type::number};
        auto answer = wait.is_for_ever() ? question.ask() : detail::ask_aside(question, wait);
        if (!answer) {
            return answer.error();
        }
        found = *std::move(answer);
    }

    std::size_t count = 1;
    for (const addrinfo* at = found.first(); at != nullptr; at = at->ai_next) {
        ++count;
    }
    auto endpoints = Endpoints<Family>::with_room(count);
    if (!endpoints) {
        return endpoints;
    }
    if (literal) {
        detail::add_if_of_family(
            *endpoints, found.first() == nullptr
                            ? *literal
                            : literal->with_port(detail::endpoint_of(*found.first()).port()));
    } else {
        for (const addrinfo* at = found.first(); at != nullptr; at = at->ai_next) {
            const auto endpoint = detail::endpoint_of(*at);
            detail::add_if_of_family(*endpoints,
                                     service_is_name ? endpoint : endpoint.with_port(*port));
        }
    }
    if (endpoints->empty()) {
        return Error{Errc::host_not_found, Operation::resolve};
    }
    return endpoints;
}

/// The same of a port that is a number. One beyond 65535 is `bad_service`.
template <class Family = Ip, class Type = Stream, std::integral Port>
    requires Among<Family, OneOf<Ip, Ipv4, Ipv6>> && Offers<Family, Type>
[[nodiscard]] Result<Endpoints<Family>> resolve(std::string_view host, Port port, Wait wait = {}) {
    return resolve<Family, Type>(host, detail::port_text(port), wait);
}

} // namespace ferrule

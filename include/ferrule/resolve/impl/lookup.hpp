// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// One lookup: in this thread, or in its own thread, which may be left alone.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

#include "../../address/ip.hpp"
#include "../../address/parser.hpp"
#include "../../core/error.hpp"
#include "../../core/result.hpp"
#include "../../core/text.hpp"
#include "../../endpoint/ip.hpp"
#include "../../endpoint/ipv6.hpp"
#include "../../sys/event.hpp"
#include "../../sys/interface.hpp"
#include "../../sys/numbers.hpp"
#include "../../sys/process.hpp"
#include "../../sys/resolver.hpp"
#include "../../sys/thread.hpp"
#include "../../tag/family.hpp"
#include "../../wait/wait.hpp"
#include "../endpoints.hpp"
#include "../host_port.hpp"

namespace ferrule {

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

// The most lookups in their own threads at once, and how many there are. A thread that nobody waits
// for stays until the name servers answer or the resolver gives up (resolv.conf(5): 5 s, twice, for
// each of them). Without a limit, many lookups with a short wait would fill the process with
// threads. A child of fork(2) has none of them.
inline constexpr std::uint32_t most_lookups = 128;

class LookupCount {
public:
    // Counts one more, if there may be one more.
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

// A question about the name of an endpoint to getnameinfo(3).
struct NameQuestion {
    Endpoint<Ip> endpoint;
    int type;

    [[nodiscard]] Result<sys::HostName> ask() const {
        return sys::look_up_name(endpoint.native(), endpoint.native_size(), type);
    }
};

template <class Question> using AnswerTo = decltype(std::declval<const Question&>().ask());

// A lookup shared by its thread and the caller, who may leave first. The last of the two deletes
// it.
template <class Question> struct Errand {
    Question question;
    sys::Event done_event;
    AnswerTo<Question> answer = Error{Errc::none, Operation::resolve};
    bool done = false;
    int holders = 2;

    static void* run(void* argument) {
        auto* const errand = static_cast<Errand*>(argument);
        errand->answer = errand->question.ask();
        __atomic_store_n(&errand->done, true, __ATOMIC_RELEASE);
        sys::raise_event(errand->done_event.raiser());
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

// Looks up within the wait, in a separate thread. When the wait is over, that thread is left alone.
template <class Question> AnswerTo<Question> ask_aside(const Question& question, Wait wait) {
    if (auto going = wait.check(Operation::resolve); !going) {
        return going.error();
    }
    if (wait.is_no_wait()) { // no answer can be there when its thread has just begun
        return Error{Errc::would_block, Operation::resolve};
    }
    auto event = sys::open_event(Operation::resolve);
    if (!event) {
        return event.error();
    }
    auto* const errand = new (std::nothrow) Errand<Question>{question, *std::move(event)};
    if (errand == nullptr) {
        return Error{Errc::not_enough_memory, Operation::resolve};
    }
    if (!LookupCount::enter()) {
        delete errand;
        return Error{Errc::too_many_lookups, Operation::resolve};
    }
    if (auto started = sys::start_detached(Errand<Question>::run, errand, Operation::resolve);
        !started) {
        LookupCount::leave();
        delete errand;
        return started.error();
    }
    auto answer = AnswerTo<Question>{Error{Errc::none, Operation::resolve}};
    auto waited = wait_for(errand->done_event.number(), sys::pollin, wait, Operation::resolve);
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

// A port as text; a negative number as text that is no port.
template <std::integral Number> constexpr Text<20> port_text(Number port) {
    if (std::cmp_less(port, 0)) {
        return Text<20>{"-"};
    }
    return Text<20>{}.append_number(static_cast<std::uint64_t>(port));
}

// The endpoint, if the host is written as an address. Its scope is a number or the name of an
// interface.
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

// The endpoint, if both are numbers: there is nothing to look up. An error tells nothing else.
inline Result<Endpoint<Ip>> endpoint_of_numbers(std::string_view host, std::string_view service) {
    if (is_service_name(service)) {
        return Error{Errc::bad_service, Operation::resolve};
    }
    const auto port = port_of(service);
    return port ? literal_endpoint(host, *port) : port.error();
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

} // namespace ferrule

// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A Stop that a std::stop_token requests. Opt-in; empty where the standard library has none.

#include <version>

#if defined(__cpp_lib_jthread)

#include <stop_token>
#include <utility>

#include "../wait/stop.hpp"

namespace ferrule {

/// While it lives, a request to the token's source requests the Stop, too. The Stop must outlive
/// it. If the source was requested before, the Stop is requested at once.
class StopOnToken {
public:
    StopOnToken(Stop& stop, std::stop_token token) : callback_{std::move(token), Request{&stop}} {}
    StopOnToken(const StopOnToken&) = delete;
    StopOnToken& operator=(const StopOnToken&) = delete;

private:
    struct Request {
        Stop* stop;
        void operator()() const noexcept { stop->request(); }
    };
    std::stop_callback<Request> callback_;
};

} // namespace ferrule

#endif

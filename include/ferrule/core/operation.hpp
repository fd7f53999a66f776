// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What can go wrong: the operations, and the words for them.

#include <cstdint>
#include <string_view>

#include "language.hpp"

namespace ferrule {

/// What was being done when it went wrong.
enum class Operation : std::uint8_t {
    none,
    open,
    bind,
    listen,
    accept,
    connect,
    pair,
    send,
    receive,
    peek,
    shutdown,
    close,
    finish,
    abort,
    adopt,
    notify,
    get_option,
    set_option,
    local_endpoint,
    peer_endpoint,
    convert,
    stop,
    wait,
    resolve,
    dial,
    interfaces,
    parse,
};

[[nodiscard]] constexpr std::string_view name(Operation operation) {
    switch (operation) {
    case Operation::none:
        return "";
    case Operation::open:
        return "open";
    case Operation::bind:
        return "bind";
    case Operation::listen:
        return "listen";
    case Operation::accept:
        return "accept";
    case Operation::connect:
        return "connect";
    case Operation::pair:
        return "pair";
    case Operation::send:
        return "send";
    case Operation::receive:
        return "receive";
    case Operation::peek:
        return "peek";
    case Operation::shutdown:
        return "shutdown";
    case Operation::close:
        return "close";
    case Operation::finish:
        return "finish";
    case Operation::abort:
        return "abort";
    case Operation::adopt:
        return "adopt";
    case Operation::notify:
        return "notify";
    case Operation::get_option:
        return "get option";
    case Operation::set_option:
        return "set option";
    case Operation::local_endpoint:
        return "local endpoint";
    case Operation::peer_endpoint:
        return "peer endpoint";
    case Operation::convert:
        return "convert";
    case Operation::stop:
        return "stop";
    case Operation::wait:
        return "wait";
    case Operation::resolve:
        return "resolve";
    case Operation::dial:
        return "dial";
    case Operation::interfaces:
        return "interfaces";
    case Operation::parse:
        return "parse";
    }
    return "";
}

} // namespace ferrule

// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What can go wrong: the operations, and the words for them.

#include <cstdint>
#include <string_view>

#include "impl/words.hpp"

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

namespace detail {

// In the order of Operation.
inline constexpr const char* operation_words = "\n"
                                               "open\n"
                                               "bind\n"
                                               "listen\n"
                                               "accept\n"
                                               "connect\n"
                                               "pair\n"
                                               "send\n"
                                               "receive\n"
                                               "peek\n"
                                               "shutdown\n"
                                               "close\n"
                                               "finish\n"
                                               "abort\n"
                                               "adopt\n"
                                               "notify\n"
                                               "get option\n"
                                               "set option\n"
                                               "local endpoint\n"
                                               "peer endpoint\n"
                                               "convert\n"
                                               "stop\n"
                                               "wait\n"
                                               "resolve\n"
                                               "dial\n"
                                               "interfaces\n"
                                               "parse\n";

} // namespace detail

/// The word for it in a sentence: "connect".
[[nodiscard]] constexpr std::string_view name(Operation operation) {
    return detail::word(detail::operation_words, static_cast<unsigned>(operation));
}

} // namespace ferrule

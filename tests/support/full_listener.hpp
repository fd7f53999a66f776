// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A peer that is not to be reached for now.

#include <ferrule/socket/connecting.hpp>
#include <ferrule/socket/listener.hpp>

#include <chrono>
#include <utility>
#include <vector>

#include "conversation.hpp"

/// A listener whose queue is full: who connects now is on the way until it accepts.
template <class Family> struct FullListener {
    Place<Family> place;
    ferrule::Listener<Family> listener =
        ferrule::Listener<Family>::listen(place.endpoint(), ferrule::Backlog{1}).value();
    ferrule::Endpoint<Family> endpoint = listener.local_endpoint().value();
    std::vector<ferrule::Connection<Family>> waiting;

    FullListener() {
        for (;;) {
            auto next = ferrule::Connecting<Family>::start_connect(endpoint).value();
            auto connection = next.complete(ferrule::within(std::chrono::milliseconds{200}));
            if (!connection) {
                return;
            }
            waiting.push_back(std::move(connection).value());
        }
    }

    /// Makes room: all that are in the queue have come.
    bool accept_all() const {
        bool accepted = true;
        for (std::size_t count = 0; count < waiting.size(); ++count) {
            accepted = accepted && listener.accept().has_value();
        }
        return accepted;
    }
};

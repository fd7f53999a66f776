// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A range over what comes on a stream, piece by piece. It ends at the end of the stream.

#include <cstddef>
#include <type_traits>
#include <utility>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../wait/wait.hpp"

namespace ferrule {

/// What a receive gives, again and again, as a range for one pass:
///
///     for (const auto& piece : connection.pieces(buffer)) {
///         if (!piece) { ... piece.error() ... }
///         ... *piece ...
///     }
///
/// It ends where the stream ends between two pieces, and after an error, which is its last element:
/// `end_of_stream` there means that the stream ended inside a piece. Borrows what it receives from;
/// each piece is overwritten by the next. One Wait spans all of them.
///
/// `Receive` returns the next piece, a Result; at the end an Error of `Errc::none`.
template <class Receive> class Pieces {
public:
    using Piece = std::invoke_result_t<Receive&>;

    Pieces(Wait wait, Receive receive) : wait_{wait}, receive_{std::move(receive)} {}

    /// Where the stream ends.
    struct Sentinel {};

    /// An input iterator.
    class iterator {
    public:
        using value_type = Piece;
        using difference_type = std::ptrdiff_t;

        iterator() = default;
        explicit iterator(Pieces* pieces) : pieces_{pieces} {}

        const Piece& operator*() const { return pieces_->piece_; }
        const Piece* operator->() const { return &pieces_->piece_; }
        iterator& operator++() {
            pieces_->advance();
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const iterator& at, Sentinel) { return at.is_over(); }

    private:
        bool is_over() const { return pieces_->is_over_; }

        Pieces* pieces_ = nullptr;
    };

    /// Receives the first piece, if none was received yet.
    [[nodiscard]] iterator begin() {
        if (!has_begun_) {
            has_begun_ = true;
            take(receive_());
        }
        return iterator{this};
    }
    [[nodiscard]] Sentinel end() const { return {}; }

private:
    void advance() {
        if (has_failed_) {
            is_over_ = true; // the error was the last
            return;
        }
        // A peer that always has one byte more must not outlast the deadline.
        const auto going = wait_.check(Operation::receive);
        take(going ? receive_() : Piece{going.error()});
    }

    void take(Piece piece) {
        piece_ = std::move(piece);
        has_failed_ = !piece_.has_value();
        is_over_ = has_failed_ && piece_.error() == Errc::none;
    }

    Wait wait_;
    Receive receive_;
    Piece piece_ = Error{Errc::none, Operation::receive};
    bool has_begun_ = false;
    bool has_failed_ = false;
    bool is_over_ = false;
};

} // namespace ferrule

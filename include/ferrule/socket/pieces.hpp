// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A range over what a stream receives. It ends at the end of the stream.

#include <cstddef>

#include "../core/bytes.hpp"
#include "../core/result.hpp"
#include "../wait/wait.hpp"

namespace ferrule {

/// What receive_some returns, again and again, as a range for one pass:
///
///     for (const auto& piece : connection.pieces(buffer)) {
///         if (!piece) { ... piece.error() ... }
///         ... *piece, which is never empty ...
///     }
///
/// It ends at the end of the stream, and after an error, which is its last element. Borrows the
/// connection and the buffer; each piece is overwritten by the next. One Wait spans all of them.
template <class Connection, class Buffer> class Pieces {
public:
    using Piece = Result<FilledPart<Buffer&>>;

    Pieces(const Connection& connection, Buffer& buffer, Wait wait)
        : connection_{&connection}, buffer_{&buffer}, wait_{wait} {}

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
            pieces_->receive();
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
            receive();
        }
        return iterator{this};
    }
    [[nodiscard]] Sentinel end() const { return {}; }

private:
    void receive() {
        if (!piece_) {
            is_over_ = true; // the error was the last
            return;
        }
        piece_ = connection_->receive_some(*buffer_, wait_);
        is_over_ = piece_ && piece_->empty();
    }

    const Connection* connection_;
    Buffer* buffer_;
    Wait wait_;
    Piece piece_ = FilledPart<Buffer&>{};
    bool has_begun_ = false;
    bool is_over_ = false;
};

} // namespace ferrule

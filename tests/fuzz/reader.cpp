// SPDX-License-Identifier: MIT
// Any bytes, in pieces of any sizes, through a Reader: lines, frames, delimiters and sizes are
// those of the same bytes in one piece.

#include <ferrule/stream/reader.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>

#include <ferrule/core/endian.hpp>

#include "text.hpp"

using namespace ferrule;

namespace {

struct Pieces {
    std::string_view text;
    std::size_t longest;
    Result<std::span<std::byte>> receive_some(std::span<std::byte> buffer, Wait) {
        const auto size = std::min({buffer.size(), text.size(), longest});
        std::copy_n(std::as_bytes(std::span{text}).begin(), size, buffer.begin());
        text.remove_prefix(size);
        return buffer.first(size);
    }
    Result<void> send_all(BytesView, Wait) { return {}; }
    Result<void> shutdown(Shutdown) { return {}; }
};

// What a row of reads gives, as the first byte of each chooses.
std::string read_all(std::string_view text, std::string_view choices, std::size_t longest) {
    Pieces stream{text, longest};
    Reader<Pieces, 64> reader{stream};
    std::string all;
    for (const char choice : choices) {
        const auto part = [&]() -> Result<std::string_view> {
            switch (choice & 7) {
            case 0:
                return reader.line();
            case 1:
                return reader.until("\r\n\r\n");
            case 2:
                return reader.exactly(static_cast<unsigned char>(choice) >> 3U);
            case 3:
                return reader.frame<BigEndian<std::uint16_t>>();
            case 4:
                return reader.frame<Varint>(20);
            case 5:
                return reader.frame<std::uint8_t>();
            case 6:
                return reader.until("ab", 5);
            default:
                return reader.line(static_cast<unsigned char>(choice) >> 3U);
            }
        }();
        all += part ? std::string{*part} : std::string{describe(part.error().code()).name};
        all += '|';
    }
    return all;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = text_of(data, size);
    const auto choices = text.substr(0, text.size() / 4);
    const auto bytes = text.substr(choices.size());
    const auto whole = read_all(bytes, choices, bytes.size() + 1);
    require(read_all(bytes, choices, 1) == whole);
    require(read_all(bytes, choices, 3) == whole);
    return 0;
}

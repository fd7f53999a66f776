// SPDX-License-Identifier: MIT
// Any text as a Unix endpoint, any bytes as what the kernel says.

#include <ferrule/endpoint/unix.hpp>

#include "text.hpp"

using namespace ferrule;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = text_of(data, size);
    read_and_print<Endpoint<Unix>>(text);
    take_from_kernel<Endpoint<Unix>>(text);
    if (const auto path = Endpoint<Unix>::path(text)) {
        require(path->is_path() && path->name() == text);
    }
    if (const auto abstract = Endpoint<Unix>::abstract(text)) {
        require(abstract->is_abstract() && abstract->name() == text);
        require(Endpoint<Unix>::parse(abstract->text()).value() == *abstract);
    }
    return 0;
}

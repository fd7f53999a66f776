// SPDX-License-Identifier: MIT
// Any text as an endpoint, any bytes as what the kernel says.

#include <ferrule/endpoint/any.hpp>

#include "text.hpp"

using namespace ferrule;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = text_of(data, size);
    read_and_print<Endpoint<Ipv4>>(text);
    read_and_print<Endpoint<Ipv6>>(text);
    read_and_print<Endpoint<Ip>>(text);
    read_and_print<Endpoint<Any>>(text);
    const bool is_ip = Endpoint<Ipv4>::parse(text) || Endpoint<Ipv6>::parse(text);
    require(Endpoint<Ip>::parse(text).has_value() == is_ip);
    take_from_kernel<Endpoint<Ipv4>>(text);
    take_from_kernel<Endpoint<Ipv6>>(text);
    take_from_kernel<Endpoint<Ip>>(text);
    take_from_kernel<Endpoint<Any>>(text);
    return 0;
}

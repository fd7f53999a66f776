// SPDX-License-Identifier: MIT
// Any text as an address: what inet_pton(3) takes, and nothing else.

#include <arpa/inet.h>
#include <string>

#include <ferrule/address/ip.hpp>

#include "text.hpp"

using namespace ferrule;

namespace {

template <class Family> bool is_taken_by_libc(std::string_view text) {
    typename Address<Family>::Bytes bytes;
    return text.find('\0') == text.npos &&
           inet_pton(Family::number, std::string{text}.c_str(), bytes.data()) == 1;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = text_of(data, size);
    read_and_print<Address<Ipv4>>(text);
    read_and_print<Address<Ipv6>>(text);
    read_and_print<Address<Ip>>(text);
    const bool ipv4 = is_taken_by_libc<Ipv4>(text);
    const bool ipv6 = is_taken_by_libc<Ipv6>(text);
    require(Address<Ipv4>::parse(text).has_value() == ipv4);
    require(Address<Ipv6>::parse(text).has_value() == ipv6);
    require(Address<Ip>::parse(text).has_value() == (ipv4 || ipv6));
    return 0;
}

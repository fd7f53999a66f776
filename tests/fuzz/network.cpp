// SPDX-License-Identifier: MIT
// Any text as a network, and what is true of every network.

#include <ferrule/address/network.hpp>

#include "text.hpp"

using namespace ferrule;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = text_of(data, size);
    read_and_print<Network<Ipv4>>(text);
    read_and_print<Network<Ipv6>>(text);
    read_and_print<Network<Ip>>(text);
    if (const auto network = Network<Ip>::parse(text)) {
        require(network->contains(network->address()));
        require(network->contains(network->first()) && network->contains(network->last()));
        require(network->canonical().is_canonical() && network->covers(network->canonical()));
        require(network->first() <= network->last());
        require(Network<Ip>::from_netmask(network->address(), network->netmask()).value() ==
                *network);
        const auto before = network->first().previous();
        const auto after = network->last().next();
        require(!before || !network->contains(*before));
        require(!after || !network->contains(*after));
        require(network->contains(network->hosts().front()));
        require(network->contains(network->hosts().back()));
    }
    return 0;
}

// addresses/ferrule parse4|print4|parse6|print6 ROUNDS

#include <ferrule/address/ipv6.hpp>

#include "table.hpp"

namespace {

template <class Family, std::size_t size>
void run(char** arguments, const std::string_view (&texts)[size]) {
    using Address = ferrule::Address<Family>;
    const auto parse = [](std::string_view text) { return *Address::parse(text); };
    const auto print = [](const Address& address) { return address.text(); };
    repeat<Address>(arguments[1], std::atol(arguments[2]), texts, parse, print);
}

} // namespace

int main(int, char** arguments) {
    if (std::string_view{arguments[1]}.ends_with('4')) {
        run<ferrule::Ipv4>(arguments, ipv4_texts);
    } else {
        run<ferrule::Ipv6>(arguments, ipv6_texts);
    }
}

// The same with inet_pton(3) and inet_ntop(3).

#include <arpa/inet.h>
#include <array>

#include "table.hpp"

namespace {

template <class Address, std::size_t size>
void run(char** arguments, int domain, const std::string_view (&texts)[size]) {
    const auto parse = [domain](std::string_view text) {
        Address address;
        if (inet_pton(domain, text.data(), &address) != 1) {
            std::abort();
        }
        return address;
    };
    const auto print = [domain](const Address& address) {
        std::array<char, INET6_ADDRSTRLEN> text;
        if (inet_ntop(domain, &address, text.data(), text.size()) == nullptr) {
            std::abort();
        }
        return text;
    };
    repeat<Address>(arguments[1], std::atol(arguments[2]), texts, parse, print);
}

} // namespace

int main(int, char** arguments) {
    if (std::string_view{arguments[1]}.ends_with('4')) {
        run<in_addr>(arguments, AF_INET, ipv4_texts);
    } else {
        run<in6_addr>(arguments, AF_INET6, ipv6_texts);
    }
}

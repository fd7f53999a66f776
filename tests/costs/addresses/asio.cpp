// The same with Asio.

#include <asio/ip/address_v4.hpp>
#include <asio/ip/address_v6.hpp>

#include "table.hpp"

namespace {

template <class Address, std::size_t size>
void run(char** arguments, Address (*make)(const char*), const std::string_view (&texts)[size]) {
    const auto parse = [make](std::string_view text) { return make(text.data()); };
    const auto print = [](const Address& address) { return address.to_string(); };
    repeat<Address>(arguments[1], std::atol(arguments[2]), texts, parse, print);
}

} // namespace

int main(int, char** arguments) {
    if (std::string_view{arguments[1]}.ends_with('4')) {
        run<asio::ip::address_v4>(arguments, asio::ip::make_address_v4, ipv4_texts);
    } else {
        run<asio::ip::address_v6>(arguments, asio::ip::make_address_v6, ipv6_texts);
    }
}

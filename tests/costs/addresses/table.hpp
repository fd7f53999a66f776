// The addresses that are read and printed: of every kind that a program meets, in canonical form.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <string_view>

inline constexpr std::string_view ipv4_texts[]{
    "127.0.0.1",    "0.0.0.0",    "192.0.2.1", "10.1.2.3",      "172.16.254.1", "192.168.100.200",
    "203.0.113.77", "100.64.0.1", "8.8.8.8",   "169.254.10.20", "224.0.0.251",  "255.255.255.255",
};

inline constexpr std::string_view ipv6_texts[]{
    "::1",                                    // loopback
    "2001:db8::1",                            // documentation
    "2001:db8:85a3:8d3:1319:8a2e:370:7348",   // eight groups
    "2001:db8:0:1:1:1:1:1",                   // eight groups, one of them zero
    "2001:db8:c0de:cafe:1234:5678:9abc:def0", // eight groups, all of them full
    "fe80::1ff:fe23:4567:890a",               // link-local
    "fd12:3456:789a:1::1",                    // unique local
    "ff02::1:ff23:890a",                      // multicast
    "::ffff:192.0.2.128",                     // IPv4-mapped
    "64:ff9b::c000:221",                      // NAT64
    "2606:4700:4700::1111",                   // a name server
    "2a00:1450:4001:82a::200e",               // a host
};

/// The compiler may not leave out what makes `value`, nor what comes of it.
template <class Value> void use(Value& value) { asm volatile("" : : "g"(&value) : "memory"); }

/// Does to each of `texts`, so many times over, what the first argument names.
template <class Address, class Parse, class Print, std::size_t size>
void repeat(const char* what, long rounds, const std::string_view (&texts)[size], Parse parse,
            Print print) {
    Address addresses[size];
    for (std::size_t at = 0; at < size; ++at) {
        addresses[at] = parse(texts[at]);
    }
    if (std::string_view{what}.starts_with("parse")) {
        for (; rounds > 0; --rounds) {
            for (const auto& text : texts) {
                auto address = parse(text);
                use(address);
            }
        }
    } else {
        for (; rounds > 0; --rounds) {
            for (const auto& address : addresses) {
                auto text = print(address);
                use(text);
            }
        }
    }
}

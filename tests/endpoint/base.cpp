#include <ferrule/endpoint/base.hpp>

#include <doctest/doctest.h>
#include <unordered_set>

#include <ferrule/endpoint/any.hpp>

using namespace ferrule;

TEST_CASE_TEMPLATE("endpoints that differ only in the port have different hashes", Family, Ipv4,
                   Ipv6, Ip, Any) {
    std::unordered_set<Endpoint<Family>> endpoints;
    std::unordered_set<std::uint64_t> hashes;
    for (unsigned port = 0; port < 65536; ++port) {
        Endpoint<Family> endpoint;
        if constexpr (std::is_same_v<Family, Any>) {
            endpoint = Endpoint<Ip>::any(static_cast<std::uint16_t>(port));
        } else {
            endpoint = Endpoint<Family>::any(static_cast<std::uint16_t>(port));
        }
        endpoints.insert(endpoint);
        endpoints.insert(endpoint);
        hashes.insert(endpoint.hash());
    }
    CHECK(endpoints.size() == 65536);
    CHECK(hashes.size() == 65536);
}

TEST_CASE("Unix names that differ only in their kind have different hashes") {
    const std::unordered_set<Endpoint<Unix>> endpoints{"x", "@x", "./@x", "./x", "@", {}};
    CHECK(endpoints.size() == 6);
    CHECK(endpoints.contains("@x"));
    CHECK_FALSE(endpoints.contains("@y"));
}

// SPDX-License-Identifier: MIT
#include <ferrule/address/range.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <iterator>
#include <vector>

#include <ferrule/address/ip.hpp>

using namespace ferrule;

static_assert(std::forward_iterator<AddressRange<Ipv4>::iterator>);
static_assert(std::forward_iterator<AddressRange<Ip>::iterator>);

TEST_CASE_TEMPLATE("a range goes from the first address to the last, both included", Family, Ipv4,
                   Ip) {
    const AddressRange<Family> range{"10.0.0.254", "10.0.1.1"};
    const std::vector<Address<Family>> expected{"10.0.0.254", "10.0.0.255", "10.0.1.0", "10.0.1.1"};
    std::vector<Address<Family>> found;
    for (const auto& address : range) {
        found.push_back(address);
    }
    CHECK(found == expected);
    CHECK(range.front() == expected.front());
    CHECK(range.back() == expected.back());
    CHECK(std::equal(range.begin(), range.end(), expected.begin(), expected.end()));
}

TEST_CASE("a range may end with the last address that there is") {
    const AddressRange<Ipv4> ipv4{"255.255.255.255", "255.255.255.255"};
    CHECK(std::distance(ipv4.begin(), ipv4.end()) == 1);
    const AddressRange<Ipv6> ipv6{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe",
                                  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"};
    CHECK(std::distance(ipv6.begin(), ipv6.end()) == 2);
}

TEST_CASE("a range contains what lies between") {
    const AddressRange<Ip> range{"10.0.0.2", "10.0.0.4"};
    CHECK(range.contains("10.0.0.2"));
    CHECK(range.contains("10.0.0.4"));
    CHECK_FALSE(range.contains("10.0.0.1"));
    CHECK_FALSE(range.contains("10.0.0.5"));
    CHECK_FALSE(range.contains("::1"));
}

TEST_CASE("an iterator that is advanced leaves its copy behind") {
    const AddressRange<Ipv4> range{"10.0.0.1", "10.0.0.2"};
    auto at = range.begin();
    const auto before = at++;
    CHECK(*before == range.front());
    CHECK(at->text() == "10.0.0.2");
    CHECK(before != at);
    CHECK(++at == range.end());
}

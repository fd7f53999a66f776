// SPDX-License-Identifier: MIT
// Every IPv4 address is printed as it should be, and read again.

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include <ferrule/address/ipv4.hpp>

using namespace ferrule;

namespace {

// The addresses that begin with this number.
bool all_of(unsigned first, const std::vector<std::string>& numbers) {
    for (std::uint32_t middle = 0; middle < 0x10000; ++middle) {
        const std::string begin =
            numbers[first] + '.' + numbers[middle >> 8] + '.' + numbers[middle & 0xff] + '.';
        std::string expected = begin;
        for (std::uint32_t last = 0; last < 0x100; ++last) {
            expected.replace(begin.size(), expected.npos, numbers[last]);
            const auto address = Address<Ipv4>::from_number(first << 24 | middle << 8 | last);
            const auto back = Address<Ipv4>::parse(expected);
            if (address.text() != expected || !back || *back != address) {
                std::printf("wrong: %s\n", expected.c_str());
                return false;
            }
        }
    }
    return true;
}

} // namespace

int main() {
    std::vector<std::string> numbers;
    for (int number = 0; number < 256; ++number) {
        numbers.push_back(std::to_string(number));
    }
    std::atomic<unsigned> next = 0;
    std::atomic<bool> fine = true;
    const auto work = [&] {
        for (unsigned first = next++; first < 256 && fine; first = next++) {
            if (!all_of(first, numbers)) {
                fine = false;
            }
        }
    };
    std::vector<std::thread> threads;
    for (unsigned left = std::thread::hardware_concurrency(); left > 1; --left) {
        threads.emplace_back(work);
    }
    work();
    for (auto& thread : threads) {
        thread.join();
    }
    if (fine) {
        std::puts("4294967296 addresses, each printed and read again");
    }
    return fine ? 0 : 1;
}

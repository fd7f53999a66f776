// SPDX-License-Identifier: MIT
// Whatever a name server might answer, lesson 20 prints it or says what is wrong with it.

#include <cstdio>
#include <new>

// Its main, which is not called here, may end without a return.
#pragma clang diagnostic ignored "-Wreturn-type"
#define main lesson
#include "../../examples/20_dns_query.cpp"
#undef main

#include "text.hpp"

namespace {

void read(std::string_view answer) {
    try {
        static_cast<void>(print(answer));
    } catch (const std::runtime_error&) {
    }
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    return std::freopen("/dev/null", "w", stdout) == nullptr ? 1 : 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::string question = dns::question(7, "example.org", dns::Kind::a).value();
    const std::string text{text_of(data, size)}; // of its own, so that no byte beyond it is read
    if (answers(text, question)) {
        read(text);
    }
    // An answer to this question, of any records.
    if (size > 4) {
        std::string answer = question;
        answer[2] = '\x81';
        answer.replace(6, 2, text, 0, 2);
        answer += text.substr(2);
        require(answers(answer, question));
        read(answer);
    }
    // A question that is made of a name asks for it.
    if (const auto asked = dns::question(7, text, dns::Kind::aaaa)) {
        require(asked->size() == sizeof(dns::Header) + text.size() + 2 + 4 || text.ends_with('.'));
    }
    return 0;
}

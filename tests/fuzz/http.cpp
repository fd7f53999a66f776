// SPDX-License-Identifier: MIT
// Whatever a client might ask or a server might answer, in pieces of any size: lesson 14 serves
// files below its folder only, lesson 24 prints the answer or says what is wrong with it.

#define main lesson
#include "../../examples/14_http_server.cpp"
#undef main

#include "../../examples/support/http_answer.hpp"
#include "../support/memory_stream.hpp"
#include "text.hpp"

namespace {

void serve_one(std::string_view head) {
    const auto request = read_request(head);
    if (request.path.starts_with('/') && request.path.find('\0') == std::string::npos) {
        static const auto folder = fs::canonical("examples");
        const auto file = file_of(folder, request.path);
        require(file.empty() || file.native().starts_with(folder.native() + "/"));
    }
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    return std::freopen("/dev/null", "w", stdout) == nullptr ? 1 : 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{text_of(data, size)};
    const auto value = field(text, "content-length");
    require(value.empty() || text.find(value) != std::string::npos);
    serve_one(text);
    serve_one("GET /" + text + " HTTP/1.1");

    // The head alone, and a page in chunks, of any bytes.
    for (const std::string_view first :
         {"", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 200 OK\r\n"}) {
        MemoryStream stream{first.data() + text, size == 0 ? 1 : data[0] % 16U + 1};
        Incoming incoming{stream, Wait{}};
        try {
            print_answer(incoming);
        } catch (const Failed&) {
        }
    }
    return 0;
}

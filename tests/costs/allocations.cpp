// SPDX-License-Identifier: MIT
// No operation of the sockets allocates, whether it succeeds or fails. Built with exceptions and
// without, so that without them every operation compiles and works.

#include "../guarantees/operations.hpp"
#include "../support/descriptors.hpp"

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <new>

// The allocator of glibc, behind the functions that stand in front of it here.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* memory);
}

namespace {

long allocations = 0;
int calls = 0;
int offences = 0;

} // namespace

// operator new comes here, too.
extern "C" {
void* malloc(std::size_t size) {
    ++allocations;
    return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
    ++allocations;
    return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
    ++allocations;
    return __libc_realloc(memory, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
    ++allocations;
    return __libc_memalign(alignment, size);
}
void free(void* memory) {
    ++allocations;
    __libc_free(memory);
}
}

namespace {

// Makes the call, and notes when it allocates, or does not end as it should.
template <class Call> void look_at(const char* name, bool should_succeed, const Call& call) {
    const long before = allocations;
    bool succeeded = false;
    {
        const auto result = call();
        succeeded = result.has_value();
        if constexpr (requires { result.error().text(); }) {
            if (!succeeded) {
                static_cast<void>(result.error().text());
            }
        }
    }
    const long made = allocations - before;
    ++calls;
    if (made != 0 || succeeded != should_succeed) {
        ++offences;
        std::printf("%s: %s, %ld allocations\n", name, succeeded ? "succeeds" : "fails", made);
    }
}

// That an allocation is seen at all.
bool sees_an_allocation() {
    const long before = allocations;
    void* volatile memory = ::operator new(1);
    ::operator delete(memory);
    return allocations == before + 2;
}

} // namespace

int main() {
    if (!sees_an_allocation()) {
        std::puts("allocations are not counted");
        return 1;
    }
    operations::that_succeed([](const char* name, const auto& call) { look_at(name, true, call); });
    operations::that_fail([](const char* name, const auto& call) { look_at(name, false, call); });
    operations::that_need_a_descriptor([](const char* name, const auto& call) {
        const NoDescriptorLeft none_left;
        look_at(name, false, call);
    });
    std::printf("%d calls, %d offences\n", calls, offences);
    return offences == 0 ? 0 : 1;
}

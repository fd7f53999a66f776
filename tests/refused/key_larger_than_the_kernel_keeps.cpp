// epoll(7) keeps 8 bytes beside a descriptor.
// refused by g++: satisfaction of 'PollerKey<.*= Key
// refused by clang: 'Key' does not satisfy 'PollerKey'
// refused by clang: sizeof\(Key\) <= 8
#include <ferrule/server/poller.hpp>

using namespace ferrule;

struct Key {
    void* client;
    int number;
};

void watch() {
#ifdef CONTROL
    const auto poller = Poller<void*>::open().value();
#else
    const auto poller = Poller<Key>::open().value();
#endif
    static_cast<void>(poller.descriptor());
}

// The pointer would be sent, and be the choice of the peer when it is received.
// refused: is_all_bytes<.*evaluated to '?false
#include <ferrule/core/bytes.hpp>

#include <cstdint>

using namespace ferrule;

void send(BytesView);
struct Record {
    std::uint64_t number;
#ifdef CONTROL
    char name[8];
#else
    const char* name;
#endif
};

void talk(const Record& record) { send(bytes_of(record)); }

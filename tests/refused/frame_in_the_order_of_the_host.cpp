// A length of std::uint32_t has its bytes in the order of this host, not in one that a peer knows.
// refused: PrefixesFrames|PrefixOf
#include <ferrule/stream/writer.hpp>

#include <ferrule/core/endian.hpp>

using namespace ferrule;

void write(Connection<Unix>& connection) {
    char buffer[100];
    Writer writer{connection, buffer};
#ifdef CONTROL
    (void)writer.frame<BigEndian<std::uint32_t>>("x");
#else
    (void)writer.frame<std::uint32_t>("x");
#endif
}

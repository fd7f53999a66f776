// A Unix path has 108 bytes.
// refused: non-'?constexpr'? function '.*\bthe_unix_path_is_longer_than_108_bytes\b
#include <ferrule/endpoint/unix.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    const Endpoint<Unix> endpoint = "/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                                    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
#else
    const Endpoint<Unix> endpoint = "/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                                    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
#endif
    return endpoint;
}

// An option that can be set on listeners only is nothing for the way to a connection.
// refused: settable_on_the_way<
#include <ferrule/opt/tcp.hpp>
#include <ferrule/resolve/dial.hpp>

using namespace ferrule;

struct OfListeners : opt::NoDelay {
    using NoDelay::NoDelay;
    using set_in = OneOf<state::Listener>;
};

void talk() {
#ifdef CONTROL
    auto connection = dial("localhost:80", opt::NoDelay{true});
#else
    auto connection = dial("localhost:80", OfListeners{true});
#endif
}

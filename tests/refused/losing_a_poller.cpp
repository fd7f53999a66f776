// It watches as long as it lives.
// refused: it watches as long as it lives
// flags: -Werror=unused-value -Werror=unused-result
#include <ferrule/server/poller.hpp>

using namespace ferrule;

void use() {
#ifdef CONTROL
    const auto kept = Poller<int>::open().value();
    (void)kept.descriptor();
#else
    Poller<int>::open().value();
#endif
}

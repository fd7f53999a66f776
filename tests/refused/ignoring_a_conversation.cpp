// The conversation would be over before it began.
// refused: a conversation runs as long as this object lives
// flags: -Werror=unused-result
#include <ferrule/server/conversations.hpp>

using namespace ferrule;

void serve(Conversations& conversations) {
#ifdef CONTROL
    const auto running = conversations.begin().value();
#else
    conversations.begin().value();
#endif
}

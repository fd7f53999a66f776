// It could be read as a question about the value, or whether there is one.
// refused: has_value\(\), or what \*result is
#include <ferrule/core/result.hpp>

using namespace ferrule;

int talk(const Result<bool>& result) {
#ifdef CONTROL
    if (result.value()) {
        return 1;
    }
#else
    if (result) {
        return 1;
    }
#endif
    return 0;
}

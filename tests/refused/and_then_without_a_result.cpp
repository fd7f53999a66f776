// and_then chains what can fail; what can't fail is for transform.
// refused: and_then goes on with what returns a Result; transform takes any other function
#include <ferrule/core/result.hpp>
using namespace ferrule;

int doubled(Result<int> result) {
#ifdef CONTROL
    return std::move(result).transform([](int number) { return number * 2; }).value();
#else
    return std::move(result).and_then([](int number) { return number * 2; }).value();
#endif
}

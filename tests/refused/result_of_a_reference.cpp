// A Result owns its value: a reference could dangle.
// refused: a Result holds a value, no reference, array or constant
#include <ferrule/core/result.hpp>
using namespace ferrule;

#ifdef CONTROL
Result<int*>
#else
Result<int&>
#endif
    found(Error{Errc::would_block, Operation::receive});

// With a value of the error's type, value and error could not be told apart.
// refused: a value of the error's type could not be told from an error
#include <ferrule/core/result.hpp>
using namespace ferrule;

#ifdef CONTROL
Result<Errc>
#else
Result<Error>
#endif
    which(Error{Errc::would_block, Operation::receive});

// Of a value of the error's type nobody could tell which of the two it is.
// refused: a value of the error's type could not be told from an error
#include <ferrule/core/result.hpp>
using namespace ferrule;

#ifdef CONTROL
Result<Errc>
#else
Result<Error>
#endif
    which(Error{Errc::would_block, Operation::receive});

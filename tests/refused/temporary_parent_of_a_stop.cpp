// The parent would be gone before it could request anything.
// refused: deleted .*ChildStop|'ChildStop' .*deleted|use of deleted function 'ferrule::ChildStop
#include <ferrule/wait/child_stop.hpp>

using namespace ferrule;

void serve(Stop& stop) {
#ifdef CONTROL
    const ChildStop child{stop};
#else
    static_cast<void>(stop);
    const ChildStop child{Stop{}};
#endif
    static_cast<void>(child.requested());
}

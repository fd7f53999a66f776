// SIGKILL ends the process, whatever it has planned (signal(7)).
// refused: this_signal_cannot_be_caught
#include <ferrule/bridge/signals.hpp>

#include <csignal>

using namespace ferrule;

void serve(Stop& stop) {
#ifdef CONTROL
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};
#else
    const StopOnSignals on_signals{stop, SIGINT, SIGKILL};
#endif
}

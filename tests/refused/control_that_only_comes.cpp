// The kernel says which process has sent a message; a program can't send that.
// refused: can_be_sent
#include <ferrule/message/send.hpp>

#include <ferrule/message/control.hpp>

using namespace ferrule;

void tell(const Connection<Unix>& connection) {
#ifdef CONTROL
    (void)send_all(connection, "x", control::Credentials{});
#else
    (void)send_all(connection, "x", control::ProcessDescriptor{});
#endif
}

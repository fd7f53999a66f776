// The operator is in ferrule/bridge/ostream.hpp.
// refused: include_ferrule_bridge_ostream_hpp_to_print_this
// after it the compiler goes on: with every operator<< of the standard library
#include <ferrule/core/error.hpp>

#include <iostream>

using namespace ferrule;

void print(Error error) {
#ifdef CONTROL
    std::cout << error.text().view();
#else
    std::cout << error;
#endif
}

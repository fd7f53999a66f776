// A socket is no text; its endpoints are.
// refused: print_its_peer_endpoint_or_local_endpoint
// after it the compiler goes on: with every operator<< of the standard library
#include <ferrule/bridge/ostream.hpp>
#include <ferrule/socket/connection.hpp>

#include <iostream>

using namespace ferrule;

void print(const Connection<Ipv4>& connection) {
#ifdef CONTROL
    std::cout << connection.peer_endpoint().value();
#else
    std::cout << connection;
#endif
}

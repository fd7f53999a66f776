// A Unix socket is no IP socket.
// refused by g++: conversion from 'Connection<ferrule::Unix>' to non-scalar type 'Connection<ferrule::Ip>'
// refused by clang: among<ferrule::Unix, ferrule::OneOf<ferrule::Ipv4, ferrule::Ipv6> ?>' evaluated to false
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(Connection<Unix>&& connection) {
#ifdef CONTROL
    Connection<Any> wide = std::move(connection);
#else
    Connection<Ip> wide = std::move(connection);
#endif
}

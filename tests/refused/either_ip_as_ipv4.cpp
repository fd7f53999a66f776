// Whether it is IPv4 shows at run time only: `to` checks.
// refused by g++: conversion from 'Connection<ferrule::Ip>' to non-scalar type 'Connection<ferrule::Ipv4>'
// refused by clang: 'Widens<ferrule::Ip, ferrule::Tcp, ferrule::Ipv4, ferrule::Tcp>' evaluated to false
// refused by clang: among<ferrule::Ip, ferrule::OneOf<> ?>' evaluated to false
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(Connection<Ip>&& connection) {
#ifdef CONTROL
    Connection<Ipv4> narrow = std::move(connection).to<Ipv4>().value();
#else
    Connection<Ipv4> narrow = std::move(connection);
#endif
}

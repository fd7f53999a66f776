// The compiler reads literals only; what comes at run time is parsed, with a Result.
// refused by g++: conversion from 'std::string_view'.* to non-scalar type 'const ferrule::Endpoint<ferrule::Ipv4>'
// refused by clang: no viable conversion from 'std::string_view'.* to 'const Endpoint<(ferrule::)?Ipv4>'
#include <ferrule/endpoint/ipv4.hpp>

using namespace ferrule;

auto talk(std::string_view text) {
#ifdef CONTROL
    const Endpoint<Ipv4> endpoint = Endpoint<Ipv4>::parse(text).value();
#else
    const Endpoint<Ipv4> endpoint = text;
#endif
    return endpoint;
}

// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What ferrule needs of the compiler. Every header includes this one first. An older compiler
/// prints the #error below and nothing else: the include after it names a file that does not exist,
/// which ends the compilation.

#if defined(__clang__) && !defined(__apple_build_version__) && __clang_major__ < 14
#error "ferrule needs clang 14 or later, with -std=c++20"
#include "ferrule needs clang 14 or later"
#elif !defined(__clang__) && defined(__GNUC__) && __GNUC__ < 11
#error "ferrule needs g++ 11 or later, with -std=c++20"
#include "ferrule needs g++ 11 or later"
#elif __cplusplus < 202002L
#error "ferrule needs C++20: pass -std=c++20 (Meson: cpp_std=c++20, CMake: CXX_STANDARD 20)"
#include "ferrule needs -std=c++20"
#endif

// clang knows [[clang::lifetimebound]]; g++ should not warn about it.
#if !defined(__clang__) && defined(__GNUC__) && __GNUC__ >= 12
#pragma GCC diagnostic ignored_attributes "clang::"
#endif

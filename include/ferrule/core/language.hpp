// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What ferrule needs of the compiler. Every header includes this one before anything that an older
/// one would not understand; what such a one says is the #error below, and no more: the file that
/// it is told to include next does not exist.

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

// What borrows says so to clang; g++ need not warn that it does not know the word.
#if !defined(__clang__) && defined(__GNUC__) && __GNUC__ >= 12
#pragma GCC diagnostic ignored_attributes "clang::"
#endif

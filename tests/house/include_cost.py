#!/usr/bin/env python3
"""How many lines a TCP echo program includes, after preprocessing: include_cost.py BUILD"""

import sys

import house

LIMIT = 21_800  # with libstdc++; libc++ is printed only
PROGRAM = """
#include <ferrule/socket/connection.hpp>
#include <ferrule/socket/listener.hpp>
#include <ferrule/socket/socket.hpp>
"""


def cost(command, program):
    fine, text = house.run(command + ["-std=c++20", "-E", "-P", "-x", "c++", "-"], program)
    if not fine:
        sys.exit(text)
    return len(text.splitlines())


def check(command, program):
    lines = cost(command, program)
    macros = house.run(command + ["-std=c++20", "-dM", "-E", "-x", "c++", "-"],
                       "#include <version>")[1]
    if "_LIBCPP_VERSION" in macros:
        print(f"{lines} lines with libc++")
    else:
        print(f"{lines} lines of at most {LIMIT}")
        if lines > LIMIT:
            return [f"an echo program includes {lines} lines, more than {LIMIT}"]
    return []


if __name__ == "__main__":
    command = house.compiler(sys.argv[1])
    if cost(command, "#include <chrono>\n#include <iostream>\n#include <memory>\n") <= LIMIT:
        sys.exit("self-test: a program with heavy headers is expected above the limit")
    house.report(check(command, PROGRAM), "within the limit")

#!/usr/bin/env python3
"""Every header but the bodies in sys/, which end a contract, compiles alone, in -std=c++20 and -std=gnu++20: alone.py BUILD"""

import sys

import house


def check(command, include):
    def compile_one(job):
        name, standard = job
        fine, said = house.run(
            command + [f"-I{include}", "-fsyntax-only", standard, "-x", "c++", "-"],
            f"#include <ferrule/{name}.hpp>\n")
        return None if fine else f"{name}.hpp does not compile alone with {standard}:\n{said}"

    jobs = [(name, std) for name in house.headers(include) if not house.is_body(name)
            for std in ("-std=c++20", "-std=gnu++20")]
    return [offence for offence in house.two_at_once(compile_one, jobs) if offence]


def self_test(command):
    # `unix` is a macro in gnu++20, and a shadowed name is among the warnings that are errors.
    planted = [
        ({"fine": "inline int one() { return 1; }\n"}, None),
        ({"leans": "inline std::size_t one() { return 1; }\n"}, "leans.hpp does not compile alone"),
        ({"unix": "namespace unix {}\n"}, "unix.hpp does not compile alone with -std=gnu++20"),
        ({"warns": "inline int one(int a) { { int a = 1; return a; } return a; }\n"}, "warns.hpp"),
    ]
    for files, offence in planted:
        with house.plant(files) as include:
            found = check(command, include)
            if offence is None:
                assert not found, found
            else:
                house.expect(found, offence)


if __name__ == "__main__":
    command = house.compiler(sys.argv[1]) + ["-Werror"]
    self_test(command)
    house.report(check(command, house.ROOT / "include"), "every header compiles alone")

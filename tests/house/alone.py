#!/usr/bin/env python3
"""Every header but the bodies in sys/, which end a contract, compiles alone in -std=c++20, and all
together in -std=gnu++20: alone.py BUILD

A header that its own test includes before anything else has compiled alone where that was built."""

import re
import sys

import house


def begins_its_test(name, tests):
    test = tests / f"{name}.cpp"
    first = re.search(r"^\s*#\s*include\s*[<\"](.+)[>\"]", test.read_text(), re.M) if test.exists() else None
    return first is not None and first[1] == f"ferrule/{name}.hpp"


def check(command, include, tests=house.ROOT / "tests"):
    names = [name for name in house.headers(include) if not house.is_body(name)]
    jobs = [([name], "-std=c++20") for name in names if not begins_its_test(name, tests)]
    jobs.append((names, "-std=gnu++20"))

    def compile_one(job):
        included, standard = job
        fine, said = house.run(
            command + [f"-I{include}", "-fsyntax-only", standard, "-x", "c++", "-"],
            "".join(f"#include <ferrule/{name}.hpp>\n" for name in included))
        what = f"{included[0]}.hpp alone" if len(included) == 1 else "all together"
        return None if fine else f"{what} does not compile with {standard}:\n{said}"

    return [offence for offence in house.two_at_once(compile_one, jobs) if offence]


def self_test(command):
    # `unix` is a macro in gnu++20, and a shadowed name is among the warnings that are errors.
    planted = [
        ({"fine": "inline int one() { return 1; }\n"}, None),
        ({"leans": "inline std::size_t one() { return 1; }\n"}, "leans.hpp alone does not compile"),
        ({"fine": "", "unix": "namespace unix {}\n"}, "all together does not compile with -std=gnu++20"),
        ({"warns": "inline int one(int a) { { int a = 1; return a; } return a; }\n"}, "warns.hpp alone"),
    ]
    house.try_planted(planted, lambda include: check(command, include))


if __name__ == "__main__":
    command = house.compiler(sys.argv[1]) + ["-Werror"]
    self_test(command)
    house.report(check(command, house.ROOT / "include"), "every header compiles alone")

#!/usr/bin/env python3
"""Every header but the bodies in sys/, which end a contract, compiles alone in -std=c++20, and all
together in -std=gnu++20: alone.py BUILD

A header that its own test includes before anything else has compiled alone in that test, if this
build has it."""

import json
import pathlib
import re
import sys

import house


def sources_of(build):
    """The paths of all sources of a build."""
    commands = json.loads(pathlib.Path(build, "compile_commands.json").read_text())
    return {pathlib.Path(entry["directory"], entry["file"]).resolve() for entry in commands}


def is_first(name, source):
    """Whether the first include of this source is that header."""
    first = re.search(r"^\s*#\s*include\s*[<\"](.+)[>\"]", source, re.M)
    return first is not None and first[1] == f"ferrule/{name}.hpp"


def check(command, include, compiled=frozenset()):
    """`compiled` are the paths of sources that the compiler has taken already."""
    def was_alone(name):
        test = house.ROOT / f"tests/{name}.cpp"
        return test in compiled and is_first(name, test.read_text())

    names = [name for name in house.headers(include) if not house.is_body(name)]
    jobs = [([name], "-std=c++20") for name in names if not was_alone(name)]
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
    assert is_first("a/b", "// Its words.\n#include <ferrule/a/b.hpp>\n#include <string>\n")
    assert not is_first("a/b", "#include <string>\n#include <ferrule/a/b.hpp>\n")
    assert not is_first("a/b", "int main() {}\n")


if __name__ == "__main__":
    command = house.compiler(sys.argv[1]) + ["-Werror"]
    self_test(command)
    house.report(check(command, house.ROOT / "include", sources_of(sys.argv[1])), "every header compiles alone")

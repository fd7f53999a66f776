#!/usr/bin/env python3
"""clang-tidy finds nothing in a header (.clang-tidy says what it looks for): tidy.py

The bodies in sys/ end their contracts and are no headers. X.hpp, all of a folder X/, only includes.
"""

import re
import subprocess

import house

TIDY = ["clang-tidy-19", "--quiet"]
FINDING = re.compile(r"^(.*): (?:error|warning): (.*)$", re.MULTILINE)


def found_in(path, include):
    said = subprocess.run(
        TIDY + [f"--config-file={house.ROOT / '.clang-tidy'}", "--header-filter=^$", str(path), "--",
                "-x", "c++", "-std=c++20", f"-I{include}"],
        capture_output=True, text=True, check=False)
    return [f"{where}: {what}" for where, what in FINDING.findall(said.stdout)]


def check(include):
    paths = [house.path_of(include, name) for name in house.headers(include)
             if not house.is_body(name) and name not in ("ferrule", *house.FOLDERS)]
    return [offence for offences in house.two_at_once(lambda path: found_in(path, include), paths)
            for offence in offences]


def self_test():
    planted = [
        ({"fine": "#pragma once\ninline int one() { return 1; }\n"}, None),
        ({"unused": "#pragma once\n#include <cstddef>\n"}, "included header cstddef is not used"),
        ({"fault": "#pragma once\ninline long f(int a) { return a * 2; }\n"
                   "inline bool g(double a) { return a; }\n"
                   "inline int h(int a) { if (a > 1) { return 1; } else { return 1; } }\n"},
         "bugprone-branch-clone"),
    ]
    house.try_planted(planted, check)


if __name__ == "__main__":
    self_test()
    house.report(check(house.ROOT / "include"), "clang-tidy finds nothing")

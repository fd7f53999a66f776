#!/usr/bin/env python3
"""Only bridges include a heavy header or another library; only one header defines macros, of ours;
no header is longer than 300 lines."""

import re

import house

HEAVY = set("""
    algorithm atomic chrono condition_variable filesystem format fstream functional future iomanip
    ios iostream istream iterator locale memory mutex ostream ranges regex sstream stop_token string
    system_error thread
""".split())
MACROS = "sys/platform"
MACRO_THAT_MAY_BE = r"\s*#\s*define (?!FERRULE_)"
MOST_LINES = 300
NEEDS_A_REASON = {"optional", "variant"}  # a comment on the line of the include


def check(include):
    offences = []
    for name in house.headers(include):
        lines = house.path_of(include, name).read_text().splitlines()
        if len(lines) > MOST_LINES:
            offences.append(f"{name}.hpp has {len(lines)} lines: it is two headers")
        for number, line in enumerate(lines, 1):
            if re.match(MACRO_THAT_MAY_BE if name == MACROS else r"\s*#\s*define\b", line):
                offences.append(f"{name}.hpp:{number}: defines a macro")
        if house.folder_of(name) == house.OPT_IN:
            continue
        for number, included, rest in house.includes(include, name):
            where = f"{name}.hpp:{number}: includes <{included}>"
            if included in HEAVY:
                offences.append(f"{where}, which is heavy")
            if included in NEEDS_A_REASON and not rest.strip().startswith("//"):
                offences.append(f"{where} without a reason in a comment beside it")
            if included.startswith(("fmt/", "doctest/")):
                offences.append(f"{where}, another library, outside of bridge/")
    return offences


def self_test():
    planted = [
        ({"sys/platform": "#define FERRULE_HAS_IT 1\n"}, None),
        ({"sys/platform": "#define HAS_IT 1\n"}, "sys/platform.hpp:1: defines a macro"),
        ({"error": "#include <span>\n#include <optional> // one of two\n",
          "bridge/fmt": "#include <string>\n#include <fmt/format.h>\n"}, None),
        ({"error": "#include <span>\n#include <string>\n"}, "error.hpp:2: includes <string>, which"),
        ({"sys/call": "# include <chrono>\n"}, "sys/call.hpp:1: includes <chrono>, which"),
        ({"error": "#include <variant>\n"}, "includes <variant> without a reason"),
        ({"error": "#include <fmt/core.h>\n"}, "includes <fmt/core.h>, another library"),
        ({"error": "\n" * 301}, "error.hpp has 301 lines"),
        ({"bridge/fmt": "\n  # define FERRULE 1\n"}, "fmt.hpp:2: defines a macro"),
    ]
    house.try_planted(planted, check)


if __name__ == "__main__":
    self_test()
    house.report(check(house.ROOT / "include"), "no heavy include, no macro, no long header")

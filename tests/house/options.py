#!/usr/bin/env python3
"""Every option of the headers is in tests/support/every_option.hpp, and examples/OPTIONS.md is what
the program option_table prints.

    options.py OPTION_TABLE [--write]
"""

import pathlib
import re
import sys

import house

LIST = house.ROOT / "tests/support/every_option.hpp"
TABLE = house.ROOT / "examples/OPTIONS.md"
OPTION = re.compile(r"^struct (\w+)\s*:\s*(?:Setting<|Everywhere\b)", re.MULTILINE)
# The mechanism itself, and the way to options that are not there.
NO_OPTIONS = {"Setting", "Custom", "NoneRefused"}


def options_of(include):
    """The options that headers define, in the order of the headers' names."""
    for name in house.headers(include):
        text = house.path_of(include, name).read_text()
        yield from (match for match in OPTION.findall(text) if match not in NO_OPTIONS)


def listed(text):
    return re.findall(r"\boption::(\w+)", text.partition("using EveryOption = ")[2].partition(";")[0])


def offences(include, text, table, printed):
    there, known = set(options_of(include)), listed(text)
    found = [f"{name} is an option, but not in EveryOption" for name in sorted(there - set(known))]
    found += [f"{name} is in EveryOption, but no option" for name in sorted(set(known) - there)]
    if table != printed:
        found.append(f"{TABLE.relative_to(house.ROOT)} is not what option_table prints; to write it:"
                     " python3 tests/house/options.py BUILD/tests/house/option_table --write")
    return found


def self_test():
    planted = {"option/some": "struct One\n    : Setting<Switch> {\nstruct Other : Everywhere {\n"
                              "struct Helper : Number<0, 1> {\n"}
    with house.plant(planted) as include:
        text = "using EveryOption = OneOf<option::One, option::Gone>;"
        found = offences(include, text, "old", "new")
        house.expect(found, "Other is an option")
        house.expect(found, "Gone is in EveryOption")
        house.expect(found, "is not what")
        fine = offences(include, text.replace("Gone", "Other"), "same", "same")
        if fine:
            sys.exit(f"self-test: {fine}")


def main(program, *flags):
    self_test()
    fine, printed = house.run([program])
    if not fine:
        sys.exit(f"option_table fails:\n{printed}")
    if "--write" in flags:
        TABLE.write_text(printed)
    table = TABLE.read_text() if TABLE.exists() else ""
    house.report(offences(house.ROOT / "include", LIST.read_text(), table, printed),
                 f"{len(listed(LIST.read_text()))} options, all tried and in the table")


if __name__ == "__main__":
    main(*sys.argv[1:])

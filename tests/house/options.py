#!/usr/bin/env python3
"""Every option of the headers is in tests/support/every_option.hpp, has the number that the
kernel's headers give its name, and stands in examples/OPTIONS.md as the program option_table prints
it.

    options.py BUILD OPTION_TABLE [--write]
"""

import os
import pathlib
import re
import sys

import house

LIST = house.ROOT / "tests/support/every_option.hpp"
TABLE = house.ROOT / "examples/OPTIONS.md"
OPTION = re.compile(r"^struct (\w+)\s*:\s*(?:Setting<|Everywhere\b)", re.MULTILINE)
# The mechanism itself, and the way to options that are not there.
NO_OPTIONS = {"Setting", "Custom", "NoneRefused"}
KERNEL_HEADERS = """
#include <asm/socket.h>
#include <linux/icmp.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ipv6.h>
#include <linux/mptcp.h>
#include <linux/tcp.h>
#include <linux/udp.h>
"""
# Younger than the headers of Debian 12, not in those for programs, or by another name there.
UNNAMED = {"IP_LOCAL_PORT_RANGE", "SO_PEERPIDFD", "SO_PASSPIDFD", "SO_PASSRIGHTS", "SO_RCVPRIORITY",
           "TCP_IS_MPTCP", "TCP_RTO_MAX_MS", "UDPLITE_SEND_CSCOV", "UDPLITE_RECV_CSCOV",
           "ICMP6_FILTER"}


def options_of(include):
    """The options that headers define, in the order of the headers' names."""
    for name in house.headers(include):
        text = house.path_of(include, name).read_text()
        yield from (match for match in OPTION.findall(text) if match not in NO_OPTIONS)


def listed(text):
    body = text.partition("using EveryOption = ")[2].partition(";")[0]
    return re.findall(r"\bopt::(\w+)", body)


def offences(include, text, table, printed):
    there, known = set(options_of(include)), listed(text)
    found = [f"{name} is an option, but not in EveryOption" for name in sorted(there - set(known))]
    found += [f"{name} is in EveryOption, but no option" for name in sorted(set(known) - there)]
    if table != printed:
        found.append(f"{TABLE.relative_to(house.ROOT)} is not what option_table prints; to write"
                     " it: python3 tests/house/options.py BUILD BUILD/tests/house/option_table --write")
    return found


def wrong_numbers(compiler, numbers):
    """Those of the lines `NAME number` that the kernel's headers do not confirm."""
    names = dict(line.split() for line in numbers.splitlines())
    text = KERNEL_HEADERS + "".join(
        f"#if !defined({name})\n#error {name} unknown\n#elif {name} != {number}\n"
        f"#error {name} is not {number}\n#endif\n" for name, number in names.items())
    _, said = house.run([*compiler, "-E", "-x", "c++", "-", "-o", os.devnull], text=text)
    errors = re.findall(r"error: (?:#error )?(.*)", said)
    return [error for error in errors if error.partition(" unknown")[0] not in UNNAMED]


def self_test(compiler):
    planted = {"opt/some": "struct One\n    : Setting<Switch> {\nstruct Other : Everywhere {\n"
                              "struct Helper : Number<0, 1> {\n"}
    with house.plant(planted) as include:
        text = "using EveryOption = OneOf<opt::One, opt::Gone>;"
        found = offences(include, text, "old", "new")
        house.expect(found, "Other is an option")
        house.expect(found, "Gone is in EveryOption")
        house.expect(found, "is not what")
        fine = offences(include, text.replace("Gone", "Other"), "same", "same")
        fine += wrong_numbers(compiler, "TCP_NODELAY 1\nSO_PEERPIDFD 77\n")
        if fine:
            sys.exit(f"self-test: {fine}")
    house.expect(wrong_numbers(compiler, "TCP_NODELAY 3\n"), "TCP_NODELAY is not 3")
    house.expect(wrong_numbers(compiler, "TCP_NODELAI 1\n"), "TCP_NODELAI unknown")


def main(build, program, *flags):
    compiler = house.compiler_alone(house.compiler(build))
    self_test(compiler)
    fine, printed = house.run([program])
    fine_too, numbers = house.run([program, "--kernel"])
    if not fine or not fine_too:
        sys.exit(f"option_table fails:\n{printed}{numbers}")
    if "--write" in flags:
        TABLE.write_text(printed)
    table = TABLE.read_text() if TABLE.exists() else ""
    house.report(offences(house.ROOT / "include", LIST.read_text(), table, printed) +
                 wrong_numbers(compiler, numbers),
                 f"{len(listed(LIST.read_text()))} options, all tried and in the table")


if __name__ == "__main__":
    main(*sys.argv[1:])

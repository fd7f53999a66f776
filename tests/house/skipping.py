#!/usr/bin/env python3
"""A test that lacks something is skipped by its name, never where CI=true, and a failure is never
counted as a skip.

    skipping.py BUILD
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import house

sys.path.insert(0, str(house.ROOT / "tests"))
import results  # noqa: E402

PROGRAM = """
#include <doctest/doctest.h>
#include "support/host.hpp"
#include "support/in_child.hpp"
TEST_CASE("needs nothing") { CHECK(true); }
TEST_CASE("needs IPv6") { host::needs(host::ipv6); CHECK(true); }
TEST_CASE("has failed before it needs IPv6") { CHECK(false); host::needs(host::ipv6); }
TEST_CASE("fails") { CHECK(false); }
TEST_CASE("throws") { throw 1; }
TEST_CASE("has thrown in a check before it needs IPv6") {
    CHECK(in_child([]() -> std::string { throw 1; }) == "");
    host::needs(host::ipv6);
}
TEST_CASE("needs IPv6, too") { host::needs(host::ipv6); }
"""


def outcomes(program):
    """What is wrong with how the program skips, as sentences."""
    def run(case, **environment):
        done = subprocess.run([program, f"-tc={case}"], text=True, stdout=subprocess.PIPE,
                              env={"CI": "false", **environment})
        said = [line for line in done.stdout.splitlines() if line.startswith("skipped: ")]
        return done.returncode, said

    line = "skipped: {}: needs IPv6".format
    lacks = {"LACKS": "IPv6"}
    expected = [
        ("needs nothing", lacks, (0, [])),
        ("needs IPv6", lacks, (77, [line("needs IPv6")])),
        ("needs IPv6", lacks | {"CI": "true"}, (1, [])),
        ("needs IPv6*", lacks, (77, [line("needs IPv6"), line("needs IPv6, too")])),
        ("needs*", lacks, (0, [line("needs IPv6"), line("needs IPv6, too")])),
        ("needs*", lacks | {"CI": "true"}, (1, [])),
        ("needs IPv6,fails", lacks, (1, [line("needs IPv6")])),
        ("needs IPv6,throws", lacks, (1, [line("needs IPv6")])),
        ("has failed before*", lacks, (1, [])),
        ("has thrown*", lacks, (1, [])),
        ("fails", {}, (1, [])),
    ]
    for case, environment, wanted in expected:
        if (found := run(case, **environment)) != wanted:
            yield f"{case} with {environment}: {found}, not {wanted}"


def counts():
    """What is wrong with how the results are counted."""
    def log(*tests):
        return [json.dumps({"name": f"ferrule:unit / {name}", "result": result, "stdout": stdout})
                for name, result, stdout in tests]

    one = "skipped: a case: needs IPv6\n"
    expected = [
        (log(("a", "OK", "")), False, (["1 passed, 0 failed, 0 skipped"], 0)),
        (log(("a", "OK", one)), False,
         (["skipped  a: a case (needs IPv6)", "This host lacks IPv6 (1 skipped)",
           "1 passed, 0 failed, 1 skipped"], 0)),
        (log(("a", "OK", one)), True, (["1 passed, 0 failed, 1 skipped"], 1)),
        (log(("a", "SKIP", one + one), ("b", "OK", "skipped: x: needs a: b")), False,
         (["This host lacks IPv6 (1 skipped); a: b (1 skipped)",
           "1 passed, 0 failed, 2 skipped"], 0)),
        (log(("a", "SKIP", "")), False, (["skipped  a: all of it (needs what it does not say)"], 0)),
        (log(("a", "SKIP", "")), True, ([], 1)),
        (log(("a", "FAIL", one), ("b", "OK", "")), False, (["1 passed, 1 failed, 1 skipped"], 1)),
        (log(("a", "TIMEOUT", ""), ("b", "ERROR", "")), False,
         (["0 passed, 2 failed, 0 skipped"], 1)),
        ([], False, (["0 passed, 0 failed, 0 skipped"], 1)),
    ]
    for lines, ci, (wanted, status) in expected:
        found, found_status = results.summary(lines, ci)
        if found_status != status or not set(wanted) <= set(found):
            yield f"{lines} with CI={ci}: {found}, {found_status}, not {wanted}, {status}"


def main(build):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "planted.cpp")
        source.write_text(PROGRAM)
        program = f"{folder}/planted"
        command = [word for word in house.compiler(build) if word != "-Werror"]
        fine, said = house.run([*command, "-std=c++20", f"-I{house.ROOT / 'tests'}", "-o", program,
                                str(source), str(house.ROOT / "tests/main.cpp")])
        if not fine:
            sys.exit(said)
        house.report([*outcomes(program), *counts()], "what is lacking is skipped, what fails fails")


if __name__ == "__main__":
    main(*sys.argv[1:])

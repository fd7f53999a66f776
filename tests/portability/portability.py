#!/usr/bin/env python3
"""The unit tests as programs of other processors, which qemu-user plays: portability.sh.

What qemu-user does not have is left out, case by case (not_emulated.txt says what and why); what
needs a privilege or a namespace skips itself.
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PATIENCE = 120  # seconds for one program
COUNTS = re.compile(r"test cases:\s*(\d+) \|\s*(\d+) passed \|\s*(\d+) failed \|\s*(\d+) skipped")


def left_out():
    """The cases that are left out under qemu-user, by test."""
    cases = {}
    for line in (HERE / "not_emulated.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            test, case = line.split(": ", 1)
            cases.setdefault(test, []).append(case)
    return cases


def names(folders):
    """The unit tests, those of these folders or all."""
    listed = re.search(r"^tests = \[(.*?)^\]", (ROOT / "tests/meson.build").read_text(),
                       re.MULTILINE | re.DOTALL)[1]
    found = re.findall(r"^    '(.+)',$", listed, re.MULTILINE)
    return [name for name in found if not folders or name.split("/")[0] in folders]


def meson(build, options, tests):
    """Builds the programs of these tests; what went wrong, or None."""
    steps = [["meson", "setup", *options, "-Dexamples=disabled", str(build), str(ROOT)],
             ["ninja", "-C", str(build), *[f"tests/{program(name)}" for name in tests]]]
    for step in steps:
        done = subprocess.run(step, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            return done.stdout
    return None


def program(name):
    return "test_" + re.sub(r"\W", "_", name)


def run(command, build, name, without):
    """(cases passed, failed, skipped, what was said) of one test."""
    words = [*command, f"{build}/tests/{program(name)}"]
    if without:
        words.append("-tce=" + ",".join(case.replace(",", "?") for case in without))
    try:
        done = subprocess.run(["timeout", "--kill-after=5", str(PATIENCE), *words],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=2 * PATIENCE)
        said = done.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired:
        return 0, 1, 0, f"{name} did not end"
    counts = COUNTS.search(said)
    if not counts:
        return 0, 1, 0, f"{name} ended with {done.returncode}:\n{said[-2000:]}"
    _, passed, failed, skipped = map(int, counts.groups())
    skipped += said.count("skipped: ")
    return passed, max(failed, int(done.returncode not in (0, 77))), skipped, said


def try_target(target, folders):
    """Whether all tests of a target pass; prints what does not, and a line that counts."""
    without = {} if target in ("m32", "musl") else left_out()
    tests = names(folders)
    with tempfile.TemporaryDirectory() as build:
        options = ["--cross-file", str(HERE / f"{target}.ini")]
        if trouble := meson(build, options, tests):
            print(f"{target}: does not build\n{trouble[-4000:]}")
            return False
        wrapper = re.search(r"^exe_wrapper = \[(.*)\]", (HERE / f"{target}.ini").read_text(), re.M)
        command = re.findall(r"'(.*?)'", wrapper[1]) if wrapper else []
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(lambda name: run(command, build, name, without.get(name)), tests))
    for name, (_, failed, _, said) in zip(tests, results):
        if failed:
            print(f"{target}: {name}\n{said[-3000:]}")
            for case in sorted(set(re.findall(r"^TEST CASE:  (.*)$", said, re.MULTILINE))):
                print(f"failed on {target}, {name}: {case}")
    passed, failed, skipped = (sum(result[at] for result in results) for at in range(3))
    print(f"{target}: {len(tests)} tests, {passed} cases passed, {failed} failed, {skipped} left out")
    return failed == 0 and passed > 0


if __name__ == "__main__":
    folders = [word[2:] for word in sys.argv[1:] if word.startswith("--")]
    targets = [word for word in sys.argv[1:] if not word.startswith("--")]
    sys.exit(0 if all([try_target(target, folders) for target in targets]) else 1)

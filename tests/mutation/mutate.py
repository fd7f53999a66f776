#!/usr/bin/env python3
"""Breaks the headers in small ways, one at a time (mutations.tsv), and shows that the tests notice:

    mutate.py                  each of them; minutes
    mutate.py --part N SEED    one in N, chosen by the seed
    mutate.py HEADER           those of one header: stream/reader

A test notices when it fails, or is stopped by a static_assert. It must pass with the headers whole.
"""

import concurrent.futures
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PATIENCE = 120  # seconds
REFUSED = re.compile("static assertion failed|non-constant condition for static assertion")
BUILD = ["g++", "-std=c++20", f"-I{ROOT}/tests", f'-DTEST_DATA="{ROOT}/tests/data"', "-DFMT_HEADER_ONLY",
         '-DMESON_VERSION="0.1.0"']


def result(include, test, folder, main):
    """'passes', 'fails', 'is refused' by a static_assert, or what else the compiler said."""
    program = pathlib.Path(folder, "test")
    done = subprocess.run([*BUILD, f"-I{include}", ROOT / f"tests/{test}.cpp", main, "-o", program,
                           "-pthread"], text=True, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        return "is refused" if REFUSED.search(done.stderr) else done.stderr
    done = subprocess.run(["timeout", "--kill-after=5", str(PATIENCE), program], cwd=folder,
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return "passes" if done.returncode == 0 else "fails"


def try_one(mutation, main):
    header, name, whole, broken, test = mutation
    with tempfile.TemporaryDirectory() as folder:
        include = pathlib.Path(folder, "include")
        shutil.copytree(ROOT / "include/ferrule", include / "ferrule")
        path = include / f"ferrule/{header}.hpp"
        text = path.read_text()
        if whole not in text:
            return f"{header}: {name}: it does not say {whole!r}"
        path.write_text(text.replace(whole, broken))
        what = result(include, test, folder, main)
    noticed = what in ("fails", "is refused")
    print(f"{'noticed' if noticed else 'MISSED '}  {header}: {name} ({test})", flush=True)
    return None if noticed else f"{header}: {name}: {test} {what}"


def main():
    rows = [line.split("\t") for line in (HERE / "mutations.tsv").read_text().splitlines()[1:]]
    if sys.argv[1:2] == ["--part"]:
        random.Random(sys.argv[3]).shuffle(rows)
        rows = rows[:max(1, len(rows) // int(sys.argv[2]))]
    elif sys.argv[1:]:
        rows = [row for row in rows if row[0] == sys.argv[1]]
    with tempfile.TemporaryDirectory() as folder:
        compiled = pathlib.Path(folder, "main.o")
        subprocess.run([*BUILD, "-c", ROOT / "tests/main.cpp", "-o", compiled], check=True)
        tests = sorted({row[4] for row in rows})
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            def whole(test):
                with tempfile.TemporaryDirectory() as place:
                    what = result(ROOT / "include", test, place, compiled)
                return None if what == "passes" else f"{test}, with the headers whole: {what[:2000]}"
            offences = list(filter(None, pool.map(whole, tests)))
            offences += filter(None, pool.map(lambda row: try_one(row, compiled), rows))
    for offence in offences:
        print(offence)
    print(f"{len(rows) - len([o for o in offences if 'whole:' not in o])} of {len(rows)} noticed")
    sys.exit(1 if offences else 0)


main()

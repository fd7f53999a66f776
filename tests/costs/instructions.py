#!/usr/bin/env python3
"""User instructions of a send and a receive: ferrule's beside those of the C interface with and
without care for signals and short writes, all by g++ -O2, counted by callgrind. Ferrule may take
two more than careful C."""

import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
INCLUDE = HERE.parents[1] / "include"
ALLOWED = 2
FEW, MANY = 1000, 11000


def output(*command):
    """What a command prints; ends this script with it when the command fails."""
    done = subprocess.run(
        command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def instructions(program, times):
    printed = output("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program,
                     str(times))
    return int(re.search(r"Collected : (\d+)", printed)[1])


def per_pair(name, folder):
    """How many instructions one more send and receive take, to the nearest whole number."""
    program = pathlib.Path(folder, name)
    output("g++", "-std=c++20", "-O2", f"-I{INCLUDE}", HERE / "instructions" / f"{name}.cpp", "-o",
           program)
    return round((instructions(program, MANY) - instructions(program, FEW)) / (MANY - FEW))


with tempfile.TemporaryDirectory() as folder:
    counts = {name: per_pair(name, folder) for name in ("ferrule", "careful_c", "naive_c")}

print("user instructions of a send and a receive")
for name, count in counts.items():
    print(f"{count:6}  {name.replace('_c', ' C')}")
if counts["ferrule"] > counts["careful_c"] + ALLOWED:
    sys.exit(f"ferrule takes more than {ALLOWED} above careful C")

#!/usr/bin/env python3
"""User instructions of a send and a receive: ferrule's beside those of the C interface with and
without care for signals and short writes, all by g++ -O2, counted by callgrind. Ferrule may take
two more than careful C."""

import sys
import tempfile

import measure

ALLOWED = 2
FEW, MANY = 1000, 11000


def per_pair(name, folder):
    """How many instructions one more send and receive take, to the nearest whole number."""
    program = measure.compiled(measure.HERE / "instructions" / f"{name}.cpp", folder)
    return round(measure.difference([program], FEW, MANY))


with tempfile.TemporaryDirectory() as folder:
    counts = {name: per_pair(name, folder) for name in ("ferrule", "careful_c", "naive_c")}

print("user instructions of a send and a receive")
for name, count in counts.items():
    print(f"{count:6}  {name.replace('_c', ' C')}")
if counts["ferrule"] > counts["careful_c"] + ALLOWED:
    sys.exit(f"ferrule takes more than {ALLOWED} above careful C")

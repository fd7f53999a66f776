#!/usr/bin/env python3
"""User instructions of an option set and read: ferrule's beside those of the C interface, by
g++ -O2, counted by callgrind. Ferrule may take two more."""

import sys
import tempfile

import measure

ALLOWED = 2

with tempfile.TemporaryDirectory() as folder:
    counts = {
        name: round(measure.difference(
            [measure.compiled(measure.HERE / "options" / f"{name}.cpp", folder)], 1000, 11000))
        for name in ("ferrule", "careful_c")}

print("user instructions of an option set and read")
for name, count in counts.items():
    print(f"{count:6}  {name.replace('_c', ' C')}")
if counts["ferrule"] > counts["careful_c"] + ALLOWED:
    sys.exit(f"ferrule takes more than {ALLOWED} above careful C")

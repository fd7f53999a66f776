#!/usr/bin/env python3
"""User instructions to read and to print an address, the mean over the table of
addresses/table.hpp: ferrule's beside inet_pton, inet_ntop and, where it is installed, Asio; all by
g++ -O2, counted by callgrind. Ferrule has limits."""

import pathlib
import sys
import tempfile

import measure

LIMITS = {"parse4": 100, "print4": 95, "parse6": 400, "print6": 285}
SIZE = 12  # of each table
FEW, MANY = 10, 110
SOURCES = measure.HERE / "addresses"


def means(name, folder):
    """The mean of each kind, as {"parse4": 87.5, ...}."""
    program = measure.compiled(SOURCES / f"{name}.cpp", folder)
    return {what: measure.difference([program, what], FEW, MANY) / SIZE for what in LIMITS}


def has_asio():
    return pathlib.Path("/usr/include/asio/ip/address.hpp").exists()


names = ["ferrule", "libc"] + (["asio"] if has_asio() else [])
with tempfile.TemporaryDirectory() as folder:
    table = {name: means(name, folder) for name in names}

print("mean of user instructions" + "".join(f"{what:>9}" for what in LIMITS))
for name, row in [*table.items(), ("limit", LIMITS)]:
    print(f"{name:25}" + "".join(f"{row[what]:9.0f}" for what in LIMITS))
for what, limit in LIMITS.items():
    if table["ferrule"][what] > limit:
        sys.exit(f"{what} takes more than {limit} instructions")

#!/usr/bin/env python3
"""Ten functions with ferrule beside the same in careful C (functions/): what each runs when nothing
goes wrong, counted by callgrind.

    functions.py gcc|clang COMPILER...

Ferrule makes the same calls of the system, and has a limit of instructions above C. Part of it is
what C leaves out: whether the socket is open, and the buffer not empty.
"""

import pathlib
import re
import sys
import tempfile

import measure

TIMES = 40  # as in functions/functions.hpp
SOURCES = measure.HERE / "functions"
LIMITS = {  # above C, with g++ and with clang
    "send_all": (4, 4),
    "receive_some": (2, 4),
    "receive_within": (12, 30),
    "send_to": (8, 8),
    "receive_from": (18, 20),
    "accept": (25, 36),
    "set_no_delay": (28, 34),
    "send_batch": (45, 58),
    "line": (8, 12),
    "constant": (0, 1),
}


def profile(name, compiler, folder):
    """Of each function of the program: instructions with those of what it calls, and what it calls."""
    program = pathlib.Path(folder, name)
    measure.output(*compiler, "-std=c++20", "-O2", "-Wall", "-Wextra", "-Werror", "-Wl,-z,now",
                   f"-I{measure.INCLUDE}", SOURCES / f"{name}.cpp", "-o", program)
    out = pathlib.Path(folder, f"{name}.out")
    measure.output("valgrind", "--tool=callgrind", "--compress-strings=no", "--compress-pos=no",
                   f"--callgrind-out-file={out}", program)
    found, here = {}, None
    for line in out.read_text().splitlines():
        if line.startswith("fn="):
            here = found.setdefault(line[3:], [0, set()])
        elif line.startswith("cfn="):
            here[1].add(line[4:])
        elif here and (match := re.match(r"\S+ (\d+)$", line)):  # its own, or of a call
            here[0] += int(match[1])
    return found


def of(found, name):
    """Instructions of one call of a function, and the functions of the C library in it."""
    start, = [symbol for symbol in found if symbol.startswith(f"function_{name}(")]
    left, seen = [start], set()
    while left:
        symbol = left.pop()
        if symbol not in seen:
            seen.add(symbol)
            left += found[symbol][1]
    library = {re.sub(r"@.*|'\d+$|^_*(memchr)_.*", r"\1", symbol) for symbol in seen
               if "ferrule::" not in symbol and not symbol.startswith("function_")}
    return found[start][0] / TIMES, library


def main():
    kind, *compiler = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        ours = profile("ferrule", compiler, folder)
        theirs = profile("careful_c", compiler, folder)
    wrong = []
    print("user instructions of a call      C  ferrule   more  limit")
    for name, limits in LIMITS.items():
        (of_c, calls_of_c), (count, calls) = of(theirs, name), of(ours, name)
        limit = limits[kind == "clang"]
        print(f"{name:26}{of_c:8.0f} {count:8.0f} {count - of_c:+6.0f} {limit:6}   {' '.join(sorted(calls))}")
        if calls != calls_of_c:
            wrong.append(f"{name} calls {sorted(calls)}, C {sorted(calls_of_c)}")
        if count > of_c + limit + 0.5:
            wrong.append(f"{name} is above its limit")
    if wrong:
        sys.exit("\n".join(wrong))


main()

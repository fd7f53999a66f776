#!/usr/bin/env python3
"""Ten functions with ferrule beside the same in careful C (functions/): what each runs when nothing
goes wrong, counted by callgrind.

    functions.py gcc|clang COMPILER...

Ferrule makes the same calls of the C library, and has a limit of instructions above C. Part of it is
what C leaves out: whether the socket is open, and the buffer not empty. Both counts have the 15
instructions or so that the counting takes.
"""

import pathlib
import re
import sys
import tempfile

import measure

TIMES = 8  # as in functions/functions.hpp
SOURCES = measure.HERE / "functions"
LIMITS = {  # above C, with g++ and with clang
    "send_all": (4, 4),
    "receive_some": (2, 4),
    "receive_within": (12, 30),
    "send_to": (8, 8),
    "receive_from": (18, 20),
    "accept": (26, 36),
    "set_no_delay": (29, 35),
    "send_batch": (46, 58),
    "line": (9, 13),
    "constant": (0, 1),
}


def profile(name, compiler, folder):
    """Of each function, by its name: instructions of a call, and functions of the C library in it."""
    program = pathlib.Path(folder, name)
    measure.output(*compiler, "-std=c++20", "-O2", "-Wall", "-Wextra", "-Werror", "-Wl,-z,now",
                   f"-I{measure.INCLUDE}", SOURCES / f"{name}.cpp", "-o", program)
    out = pathlib.Path(folder, f"{name}.out")
    measure.output("valgrind", "--tool=callgrind", "--compress-strings=no",
                   f"--callgrind-out-file={out}", program)
    found = {}
    for part in pathlib.Path(folder).glob(f"{out.name}.*"):
        text = part.read_text()
        if trigger := re.search(r"^desc: Trigger: Client Request: (.*)$", text, re.M):
            row = found.setdefault(trigger[1], [0, set()])
            row[0] += int(re.search(r"^(?:totals|summary): (\d+)", text, re.M)[1]) / TIMES
            row[1] |= {re.sub(r"^_*(memchr)_.*", r"\1", symbol)
                       for symbol in re.findall(r"^fn=(\w+)(?![\w:(<])", text, re.M)
                       if not re.match("0x|main$|auto$|__libc_start", symbol)}
    return found


def main():
    kind, *compiler = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        ours = profile("ferrule", compiler, folder)
        theirs = profile("careful_c", compiler, folder)
    wrong = []
    print("user instructions of a call      C  ferrule   more  limit")
    for name, limits in LIMITS.items():
        (of_c, calls_of_c), (count, calls) = theirs[name], ours[name]
        limit = limits[kind == "clang"]
        print(f"{name:26}{of_c:8.0f} {count:8.0f} {count - of_c:+6.0f} {limit:6}   {' '.join(sorted(calls))}")
        if calls != calls_of_c:
            wrong.append(f"{name} calls {sorted(calls)}, C {sorted(calls_of_c)}")
        if count > of_c + limit + 0.5:
            wrong.append(f"{name} is above its limit")
    if wrong:
        sys.exit("\n".join(wrong))


main()

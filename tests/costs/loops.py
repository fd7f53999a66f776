#!/usr/bin/env python3
"""User instructions of every kind of call, many of them in one file: ferrule's beside those of
careful C (loops/), counted by callgrind.

    loops.py gcc|clang COMPILER...

Ferrule has a limit for each, as a number above what C takes; with clang 1.3 times that number.
"""

import pathlib
import re
import sys
import tempfile

import measure

TIMES = 200  # as in loops/loop.hpp
SOURCES = measure.HERE / "loops"

LIMITS = {  # above C, by loop; the rest of the loops is shown
    "send, receive: value()": 6,
    "send, receive: looked at": 6,
    "send, receive_exactly": 6,
    "gathered send of four, receive": 4,
    "receive, deadline": 12,
    "receive, stop": 12,
    "receive, deadline and stop": 12,
    "receive, no_wait": 12,
    "receive, no_wait: would_block": 20,
    "connect, accept, close": 60,
    "accept, close": 25,
    "send_to, receive_from: Ipv4": 25,
    "send_to, receive_from: Ipv6": 25,
    "send_to, receive_from: Ip": 60,
    "line of 80 bytes from a Reader": 40,
    "descriptor sent, received, closed": 150,
    "batch of 64, there and looked at": 6 * 64,
    "poller, 1 ready": 15,
    "poller, 64 ready": 4 * 64,
    "dial of a number, close": 0,
    "echo server, 1 request": 20 + 15,
    "echo server, 64 requests": 20 * 64,
}


def counts(name, compiler, folder):
    """Instructions of each loop, once through, as {"send, receive": 55.0, ...}."""
    program = pathlib.Path(folder, name)
    measure.output(*compiler, "-std=c++20", "-O2", "-Wall", "-Wextra", "-Werror", "-Wl,-z,now",
                   f"-I{measure.INCLUDE}", SOURCES / f"{name}.cpp", "-o", program)
    out = pathlib.Path(folder, f"{name}.out")
    measure.output("valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", program)
    found = {}
    parts = pathlib.Path(folder).glob(f"{out.name}.*")
    for part in sorted(parts, key=lambda part: int(part.suffix[1:])):
        text = part.read_text()
        if trigger := re.search(r"^desc: Trigger: Client Request: (.*)$", text, re.M):
            found[trigger[1]] = int(re.search(r"^(?:totals|summary): (\d+)", text, re.M)[1]) / TIMES
    return found


def main():
    kind, *compiler = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        ours = counts("ferrule", compiler, folder)
        theirs = counts("careful_c", compiler, folder)
    if ours.keys() != theirs.keys() or not LIMITS.keys() <= ours.keys():
        sys.exit(f"not the same loops: {ours.keys() ^ theirs.keys()}")
    over = []
    print("user instructions                          C  ferrule   more  limit")
    for name in theirs:
        limit = LIMITS.get(name)
        if limit is not None and kind == "clang":
            limit *= 1.3
        more = ours[name] - theirs[name]
        print(f"{name:40}{theirs[name]:5.0f} {ours[name]:8.0f} {more:+6.0f}"
              f" {'' if limit is None else format(limit, '6.0f')}")
        if limit is not None and more > limit + 0.5:
            over.append(name)
    if over:
        sys.exit(f"above the limit: {', '.join(over)}")


main()

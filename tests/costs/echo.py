#!/usr/bin/env python3
"""A small TCP echo server (echo/) beside the same in C, both by g++ -O2: the bytes of its code and
of the stripped program; and how much the compiler does for it.

    echo.py               sizes
    echo.py --compile     the instructions of the compiler, too, which takes a minute
"""

import pathlib
import re
import subprocess
import sys
import tempfile

import measure

MOST_CODE = 5440  # bytes of .text; 300 of them wait beside an error queue that nobody empties
MOST_STRIPPED = 23_000  # bytes of the file
MOST_COMPILING = {"echo": 14.3, "ferrule.hpp": 14.2}  # times what the compiler does for the C
SOURCES = measure.HERE / "echo"
EVERYTHING = "#include <ferrule/ferrule.hpp>\nint main() {}\n"


def sizes(name, folder):
    """Bytes of .text and of the stripped file."""
    program = measure.compiled(SOURCES / f"{name}.cpp", folder)
    text = re.search(r"^\.text\s+(\d+)", measure.output("size", "-A", program), re.M)
    measure.output("strip", program)
    return int(text[1]), program.stat().st_size


def compiling(source):
    """Instructions of the compiler itself, without its driver, the assembler and the linker."""
    shown = subprocess.run(
        ["g++", "-###", "-std=c++20", "-O2", f"-I{measure.INCLUDE}", "-S", source, "-o", "/dev/null"],
        text=True, stderr=subprocess.PIPE, check=True).stderr
    command = next(line for line in shown.splitlines() if "/cc1plus " in line)
    return measure.instructions([word.strip('"') for word in command.split()])


def main():
    over = []
    with tempfile.TemporaryDirectory() as folder:
        print("                            C  ferrule  limit")
        c, ours = sizes("careful_c", folder), sizes("ferrule", folder)
        for what, theirs, mine, limit in zip(("code", "stripped"), c, ours,
                                             (MOST_CODE, MOST_STRIPPED)):
            print(f"bytes: {what:15}{theirs:7}  {mine:7}  {limit}")
            if mine > limit:
                over.append(what)
        if "--compile" in sys.argv:
            everything = pathlib.Path(folder, "everything.cpp")
            everything.write_text(EVERYTHING)
            theirs = compiling(SOURCES / "careful_c.cpp")
            for what, source in (("echo", SOURCES / "ferrule.cpp"), ("ferrule.hpp", everything)):
                times = compiling(source) / theirs
                print(f"compiling {what:15}   1  {times:7.1f}  {MOST_COMPILING[what]}")
                if times > MOST_COMPILING[what]:
                    over.append(f"compiling {what}")
    if over:
        sys.exit(f"above the limit: {', '.join(over)}")


main()

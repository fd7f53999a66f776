#!/usr/bin/env python3
"""One table: loops in ferrule, Asio and Poco beside the same loops in C (bench/): bench.py [ROUNDS]

Time is shown as a ratio to C in the same round, median (least to most), with C against itself as
the noise: a ratio within that says nothing. Instructions and system calls are counted, those of
one turn; allocations too. Nothing here is a limit: those are in loops.py and system_calls.py.
"""

import datetime
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time

import measure

SOURCES = measure.HERE / "bench"
PROGRAMS = {  # the libraries that each needs
    "c": [],
    "ferrule": [],
    "asio": ["-lpthread"],
    "poco": ["-lPocoNet", "-lPocoFoundation"],
}
TIMES = {"50 datagrams, one by one": 400, "50 datagrams in a batch": 400,
         "50 datagrams in segments": 2000, "64 KiB over TCP": 3000, "connect, accept, close": 3000}
MANY = 20000
FEW = 100


def compile_all(folder):
    """Each program, and (seconds of the compiler, preprocessed lines, stripped bytes) of it."""
    costs = {}
    for name, libraries in PROGRAMS.items():
        command = ["g++", "-std=c++20", "-O2", f"-I{measure.INCLUDE}", SOURCES / f"{name}.cpp"]
        start = time.monotonic()
        measure.output(*command, "-c", "-o", folder / f"{name}.o")
        seconds = time.monotonic() - start
        lines = measure.output(*command, "-E", "-P").count("\n")
        program = folder / name
        measure.output("g++", "-s", folder / f"{name}.o", "-o", program, *libraries)
        costs[name] = (seconds, lines, program.stat().st_size)
    return costs


def run(program, loop, times):
    return float(measure.output(program, loop, str(times)))


def counted(tool, pattern, program, loop):
    """What a tool counts of one turn: a run of FEW turns less one of none."""
    def total(times):
        done = subprocess.run([*tool, program, loop, str(times)], capture_output=True, text=True, check=True)
        return sum(int(number.replace(",", "")) for number in re.findall(pattern, done.stderr, re.M))
    return (total(FEW) - total(0)) / FEW


def counts(program, loop):
    instructions = counted(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"],
                           r"Collected : (\d+)", program, loop)
    calls = counted(["strace", "-f", "-c", "-U", "calls,name"], r"^\s*(\d+) total$", program, loop)
    allocations = counted(["valgrind"], r"total heap usage: ([\d,]+) allocs", program, loop)
    return instructions, calls, allocations


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        costs = compile_all(folder)
        has = {program: measure.output(folder / program).splitlines() for program in PROGRAMS}
        processor = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
        print(f"{datetime.date.today()}, Linux {platform.release().partition("-")[0]}, "
              f"{processor[1] if processor else platform.machine()}, g++ -O2, {rounds} rounds\n")
        print("| a turn of | | time to C's | instructions | system calls | allocations |")
        print("|---|---|--:|--:|--:|--:|")
        for loop in has["c"]:
            times = TIMES.get(loop, MANY)
            programs = [program for program in PROGRAMS if loop in has[program]]
            ratios = {program: [] for program in programs}
            for _ in range(rounds):
                base = run(folder / "c", loop, times)
                for program in programs:  # of C itself: the noise
                    ratios[program].append(run(folder / program, loop, times) / base)
            for program in programs:
                one = ratios[program]
                instructions, calls, allocations = counts(folder / program, loop)
                print(f"| {loop if program == 'c' else ''} | {program} | {statistics.median(one):.2f} "
                      f"({min(one):.2f} to {max(one):.2f}) | {instructions:.0f} | {calls:.1f} | {allocations:.1f} |")
        print("\n| the file of these loops | compile time to C's | preprocessed lines | stripped bytes |")
        print("|---|--:|--:|--:|")
        for program, (seconds, lines, size) in costs.items():
            print(f"| {program} | {seconds / costs['c'][0]:.1f} | {lines} | {size} |")


main()

#!/usr/bin/env python3
"""Whatever makes, ends and hands over sockets, under tools that see what a test does not:

    checked.py BUILD             all of it, in some minutes
    checked.py BUILD valgrind    what a build has already, under valgrind(1), in less than one

valgrind looks for memory that is used wrongly or lost, and for descriptors that are open at exit
and were not inherited: in scenes.cpp, in the tests of what makes and ends sockets, and in lessons
in conversation with their tests. ThreadSanitizer looks for races in scenes.cpp, signals.cpp and
these lessons; AddressSanitizer and UndefinedBehaviorSanitizer watch scenes.cpp and signals.cpp.
Under the sanitizers the scenes are played while system calls fail, too (shim.cpp). Whatever is
found is an offence, and the status is 1."""

import concurrent.futures
import importlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

import run

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = 300  # seconds for a program that needs less than thirty
SEEDS = 24  # of each kind of failure, for each sanitizer

VALGRIND = ["valgrind", "--quiet", "--error-exitcode=9", "--leak-check=full",
            "--errors-for-leak-kinds=definite,possible", "--track-fds=yes",
            f"--suppressions={SOURCE}/tests/faults/valgrind.supp"]

# valgrind's accept4(2) takes a client and then closes it where the kernel refuses (EMFILE), and its
# socketpair(2) has no errno then.
NO_LIMIT = "valgrind has a way of its own with RLIMIT_NOFILE"
NO_FILTER = "a filter of system calls (seccomp(2)) would be valgrind's, too"
OTHER_ALLOCATOR = "valgrind has its own malloc(3), so that the test does not see what is allocated"

# The tests of what makes and ends sockets, and the cases that are not for valgrind.
TESTS = {
    "server/activation": {},
    "socket/adopt": {},
    "server/backoff": {"accept pauses while descriptors are exhausted*": NO_LIMIT},
    "wait/child_stop": {},
    "socket/connecting": {},
    "socket/connection": {"without two descriptors left there is no pair": NO_LIMIT},
    "server/conversations": {},
    "socket/listener": {"accept tells what asks for a pause*": NO_FILTER},
    "server/path_listener": {},
    "server/poller": {},
    "bridge/signals": {},
    "wait/stop": {},
    "bridge/stop_token": {},
    "wait/wait": {"with room for one descriptor only*": NO_LIMIT,
             "a pause is no failure, and no signal*":
             "valgrind hands over a signal late, when its handler is gone already"},
    "guarantees/after_fork": {
        "a child of a process with threads may do every operation*": OTHER_ALLOCATOR,
        "a poller, a child stop and a dial of numbers allocate*": OTHER_ALLOCATOR,
        "resolve, dial of names and interfaces() allocate*": OTHER_ALLOCATOR,
        "a listener is handed to a program that adopts it": "its /proc/self/exe is valgrind",
    },
    "guarantees/descriptors": {"what finds no descriptor left leaves none*": NO_LIMIT},
}

# The lessons that begin and end conversations, and the tests of theirs that are not for valgrind.
LESSONS = {
    "10_stopping": {},
    "11_many_clients": {},
    "16_relay": {},
    "21_socket_activation": {},
    "28_foreign_event_loop": {"test_a_server_without_descriptors_waits_for_some": NO_LIMIT},
}


class Findings:
    """How many programs came to an end, and what was wrong."""

    def __init__(self, programs=1):
        self.programs, self.offences = programs, []

    def add(self, offence, output=""):
        self.offences.append(offence + "".join(f"\n    {line}"
                                               for line in output.splitlines()[-40:]))


def execute(command, environment=None):
    return run.execute(command, environment, PATIENCE)


def as_target(name):
    return "tests/test_" + name.replace("/", "_")


# valgrind

def looked_at_descriptors(log):
    return "== FILE DESCRIPTORS: " in log


def valgrind_offences(log, is_child=False):
    """What a log says. A child of fork(2) may end with copies of what is its parent's."""
    lines = [line.partition("== ")[2] for line in log.splitlines() if line.startswith("==")]
    for block in "\n".join(lines).split("\n\n"):
        said = [line.strip() for line in block.splitlines()
                if line and not line.startswith("FILE DESCRIPTORS: ")]
        if not said:
            continue
        if not said[0].startswith("Open "):
            yield "\n    ".join(said)
        elif "<inherited from parent>" not in said and not is_child:
            yield "left open: " + "\n    ".join(said)


def under_valgrind(name, command, judge):
    """`judge(status, output)` gives offences besides those of valgrind."""
    findings = Findings()
    with tempfile.TemporaryDirectory() as folder:
        process, status, output = execute([*VALGRIND, f"--log-file={folder}/%p", *command])
        for offence in judge(status, output):
            findings.add(f"{name} under valgrind: {offence}", output)
        logs = {int(log.name): log.read_text(errors="replace")
                for log in pathlib.Path(folder).iterdir()}
        if not looked_at_descriptors(logs.get(process, "")):
            findings.add(f"{name}: valgrind did not come to its end")
        for number, log in logs.items():
            for offence in valgrind_offences(log, number != process):
                findings.add(f"{name} under valgrind: {offence}")
    return findings


def test_under_valgrind(build, name):
    program = str(build / as_target(name))
    findings = under_valgrind(name, [program, "-tce=" + ",".join(
        case.replace(",", "\\,") for case in TESTS[name])], status_offences)
    for case in TESTS[name]:
        count = execute([program, "--no-skip", "--count", "-tc=" + case.replace(",", "\\,")])[2]
        if not re.search(r"filters: [1-9]", count):
            findings.add(f"{name}: there is no case {case!r} to leave out")
    return findings


def status_offences(status, _):
    return [] if status == 0 else [f"status {status}"]


def scenes_offences(status, output):
    lacks_ipv6 = run.host.leaves_out("the scenes over IPv6", run.host.IPV6)
    return list(run.scenes_offences(status, output,
                                    lambda end: lacks_ipv6 and "EADDRNOTAVAIL" in end))


# Lessons

def lesson_test(name, program, left_out=(), environment=None):
    """The status and the output of a lesson's test, for this program."""
    return execute([sys.executable, __file__, "--lesson", name, program, *left_out],
                   environment)[1:]


def play_lesson(name, program, *left_out):
    """In a process of its own: the test of a lesson, without some of its parts."""
    sys.path.insert(0, str(SOURCE / "tests/examples"))
    test = importlib.import_module(name)
    test.LessonTest.program = program
    suites = [each for each in vars(test).values()
              if isinstance(each, type) and issubclass(each, test.LessonTest)]
    for part in left_out:
        suite, = (each for each in suites if part in vars(each))
        delattr(suite, part)
    unittest.main(module=test, argv=[name], verbosity=2)


def lesson_under_valgrind(build, name):
    findings = Findings(0)
    with tempfile.TemporaryDirectory() as folder:
        logs = pathlib.Path(folder, "logs")
        logs.mkdir()
        program = pathlib.Path(folder, "program")
        program.write_text(f"#!/bin/sh\nexec {' '.join(VALGRIND)} --log-file={logs}/%p "
                           f"{build}/examples/{name} \"$@\"\n")
        program.chmod(0o755)
        status, output = lesson_test(name, str(program), LESSONS[name])
        if status != 0:
            findings.add(f"{name} under valgrind: status {status}", output)
        for log in logs.iterdir():
            text = log.read_text(errors="replace")
            findings.programs += looked_at_descriptors(text)  # the others were killed by the test
            for offence in valgrind_offences(text):
                findings.add(f"{name} under valgrind: {offence}")
    if findings.programs == 0:
        findings.add(f"{name}: valgrind never came to its end")
    return findings


# Sanitizers

def sanitized(name, judge, command=None, environment=None, play=None):
    """A program that was built with a sanitizer, or a lesson's test that is given its options."""
    findings = Findings()
    with tempfile.TemporaryDirectory() as folder:
        options = f"log_path={folder}/log"
        # ThreadSanitizer keeps a program with threads for a second at its end, if it may, which the
        # tests of lessons take for its own delay.
        environment = {"TSAN_OPTIONS": options + ":atexit_sleep_ms=100", "ASAN_OPTIONS": options,
                       "UBSAN_OPTIONS": options, **(environment or {})}
        status, output = play(environment) if play else execute(command, environment)[1:]
        for offence in judge(status, output):
            findings.add(f"{name}: {offence}", output)
        for log in pathlib.Path(folder).glob("log*"):
            findings.add(f"{name}: a report", log.read_text(errors="replace"))
    return findings


def under_faults(name, scenes, shim, what, seed):
    """The scenes while calls fail by this seed."""
    with tempfile.NamedTemporaryFile("r") as report:
        def judge(status, output):
            reported = report.read()
            if "failed: " not in reported:
                yield "it ended without the shim's word"
            yield from re.findall("^offence: .*", reported, re.M)
            yield from run.scenes_offences(
                status, output,
                lambda end: what == "refuse" and any(error in end for error in run.REFUSALS))
        rate = 3 + seed % 12 if what == "absorb" else 8 + seed % 150
        return sanitized(f"{name} while calls fail ({what}, seed {seed})", judge,
                         [scenes, "20000"],
                         {"LD_PRELOAD": str(shim), "FAULTS": what, "FAULTS_SEED": str(seed),
                          "FAULTS_RATE": str(rate), "FAULTS_REPORT": report.name})


def build_with(sanitizer, folder, targets):
    """A build of these with clang 19."""
    subprocess.run(["meson", "setup", folder, SOURCE, f"-Db_sanitize={sanitizer}",
                    "-Db_lundef=false", "-Doptimization=1"], check=True,
                   env=os.environ | {"CXX": "clang++-19", "CXXFLAGS":
                                     "-fno-sanitize-recover=all -fstrict-flex-arrays=3"},
                   stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", folder, "--quiet", *targets], check=True)
    return pathlib.Path(folder)


# All of it

def jobs_of_valgrind(build):
    yield lambda: under_valgrind("scenes", [str(build / "tests/faults/scenes"), "20000"],
                                 scenes_offences)
    for name in TESTS:
        yield lambda name=name: test_under_valgrind(build, name)


def jobs_of_lessons(build, threads):
    for name in LESSONS:
        yield lambda name=name: lesson_under_valgrind(build, name)
        yield lambda name=name: sanitized(
            f"{name} with thread", status_offences,
            play=lambda options: lesson_test(name, str(threads / "examples" / name), (), options))


def jobs_of_scenes(build, sanitized_builds):
    shim = build / "tests/faults/libfaults_shim.so"
    for sanitizer, folder in sanitized_builds.items():
        scenes = str(folder / "tests/faults/scenes")
        name = f"scenes with {sanitizer}"
        yield lambda name=name, scenes=scenes: sanitized(name, scenes_offences,
                                                         [scenes, "1000000"])
        for what in ("absorb", "refuse"):
            for seed in range(1, 1 + SEEDS):
                yield lambda name=name, scenes=scenes, what=what, seed=seed: under_faults(
                    name, scenes, shim, what, seed)


def everything(build, pool):
    """The findings of all that there is to check."""
    subprocess.run(["ninja", "-C", build, "--quiet", "tests/faults/scenes",
                    "tests/faults/libfaults_shim.so", *map(as_target, TESTS),
                    *(f"examples/{name}" for name in LESSONS)], check=True)
    with tempfile.TemporaryDirectory() as folder:
        scenes = ["tests/faults/scenes", "tests/faults/signals"]
        builds = {
            "thread": build_with("thread", folder + "/thread",
                                 [*scenes, *(f"examples/{name}" for name in LESSONS)]),
            "address,undefined": build_with("address,undefined", folder + "/address", scenes),
        }
        jobs = [*jobs_of_lessons(build, builds["thread"]), *jobs_of_valgrind(build),
                *jobs_of_scenes(build, builds)]
        yield from pool.map(lambda job: job(), jobs)
        for sanitizer, each in builds.items():  # nothing beside it: it measures time
            yield sanitized(f"signals with {sanitizer}", status_offences,
                            [str(each / "tests/faults/signals"), "3"])


def main(build, only=None):
    began = time.monotonic()
    build = pathlib.Path(build).resolve()
    programs, offences = 0, 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = (everything(build, pool) if only is None else
                 pool.map(lambda job: job(), jobs_of_valgrind(build)))
        for findings in found:
            programs += findings.programs
            offences += len(findings.offences)
            for offence in findings.offences:
                print(offence, flush=True)
    print(f"{programs} programs, {offences} offences, {time.monotonic() - began:.0f} s")
    return 0 if offences == 0 else 1


if __name__ == "__main__":
    if sys.argv[1] == "--lesson":
        play_lesson(*sys.argv[2:])
    sys.exit(main(*sys.argv[1:]))

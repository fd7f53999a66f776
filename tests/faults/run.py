#!/usr/bin/env python3
"""Programs that use sockets, while system calls of theirs fail:

    run.py BUILD absorbed COUNT    under so many seeds of what nobody may notice
    run.py BUILD refused COUNT     under so many seeds of what is to be reported
    run.py BUILD swept COUNT       the first of each kind of call fails, the second, ... (strace(1))

Each of several workers has a network of its own. A program that hangs, crashes, gets something
wrong, leaves a descriptor or says what it should not say is an offence, and the status is 1."""

import collections
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import host  # noqa: E402

PATIENCE = 120  # seconds for a program that needs less than five
WORKERS = {"absorbed": 6, "refused": 2, "swept": 2}

# The tests that use sockets, by their headers.
TESTS = """bridge/signals bridge/stop_token guarantees/after_fork guarantees/descriptors
    guarantees/options guarantees/stopping inspect/interfaces inspect/socket_table
    inspect/tcp_info inspect/tcp_state message/batch message/error_queue message/flags message/multicast
    message/peers message/receive message/scatter message/segments opt/setting opt/socket opt/tcp
    resolve/dial resolve/resolve server/activation server/backoff server/conversations
    server/path_listener server/poller socket/adopt socket/bound socket/connecting
    socket/connection socket/duplicate socket/handle socket/impl/widen socket/listener socket/message_transfer
    socket/names socket/socket socket/stream_transfer stream/byte_stream stream/faulty_stream stream/file_transfer stream/outbox stream/reader stream/writer
    stream/zero_copy wait/child_stop
    wait/deadline wait/stop wait/wait""".split()

# Those that use the processor for seconds: each runs under every tenth seed, no two under the same.
LARGE = ["stream/reader", "message/multicast", "resolve/resolve", "guarantees/stopping", "guarantees/after_fork"]

# Test cases that are about something else than what the faults make of it.
LEFT_OUT = {
    # Its deadline is over before the first try, so that there is no second one.
    "socket/listener": "without a client accept ends on no_wait*",
    # It ends with a thread that still has descriptors.
    "resolve/resolve": "a program may end while a question of it is on the way",
}

REFUSALS = ("EMFILE", "ENFILE", "ENOBUFS", "ENOMEM")

# What strace makes of the Nth call of each kind. Not of close(2), which strace would not make, so
# that the descriptor stays; nor of the write(2) to an eventfd(2), which has nothing to fail of.
ERRORS = {
    "accept4": "EMFILE", "bind": "ENOMEM", "connect": "ENETUNREACH", "epoll_create1": "EMFILE",
    "epoll_ctl": "ENOSPC", "epoll_wait": "EINTR", "eventfd2": "EMFILE", "fchmod": "EPERM",
    "flock": "ENOLCK", "getpeername": "ENOTCONN", "getsockname": "ENOBUFS",
    "getsockopt": "ENOBUFS", "ioctl": "ENOMEM", "listen": "EADDRINUSE", "ppoll": "ENOMEM",
    "pipe2": "EMFILE", "recvfrom": "ECONNRESET", "recvmmsg": "ENOMEM", "recvmsg": "ENOMEM", "rename": "ENOSPC", "sendmsg": "ENOBUFS",
    "sendfile": "ENOMEM", "sendmmsg": "ENOBUFS", "sendto": "ENOBUFS", "setsockopt": "ENOMEM", "shutdown": "ENOTCONN", "socket": "EMFILE",
    "socketpair": "ENFILE", "splice": "ENOMEM", "unlink": "EPERM",
}
INTERRUPTED = ["accept4", "connect", "epoll_wait", "flock", "ppoll", "recvfrom", "recvmmsg",
               "recvmsg", "sendfile", "sendmmsg", "sendmsg", "sendto", "splice"]


def execute(command, environment=None, patience=PATIENCE):
    """The number of its process, its status (None if it had to be killed) and its output."""
    process = subprocess.Popen(command, env=os.environ | (environment or {}),
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, errors="replace",
                               start_new_session=True)
    try:
        output, _ = process.communicate(timeout=patience)
        return process.pid, process.returncode, output
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.pid, None, process.communicate()[0]


def scenes_offences(status, output, error_is_fine):
    """What is wrong with the output of scenes.cpp."""
    if status != 0:
        yield f"status {status}"
    if "\ncompared: " not in output:
        yield "it did not come to its end"
    for line in output.splitlines():
        scene, _, end = line.partition(": ")
        if "WRONG" in line or (end != "done" and scene != "compared" and not error_is_fine(end)):
            yield line


class Worker:
    """Its share of the work, in a network of its own."""

    def __init__(self, build, stage, count, share):
        self.build, self.stage, self.count = pathlib.Path(build), stage, count
        self.first, self.step = share, WORKERS[stage]
        self.counts = collections.Counter()
        self.report = tempfile.NamedTemporaryFile("w+")

    def offence(self, what, output=""):
        self.counts["offences"] += 1
        print(f"{what}\n" + "".join(f"    {line}\n" for line in output.splitlines()[-30:]),
              flush=True)

    def under_faults(self, what, seed, rate, whole, command, judge):
        """Runs it with the shim; `judge(status, output)` gives offences."""
        self.report.seek(0)
        self.report.truncate()
        _, status, output = execute(command, {
            "LD_PRELOAD": str(self.build / "tests/faults/libfaults_shim.so"), "FAULTS": what,
            "FAULTS_SEED": str(seed), "FAULTS_RATE": str(rate), "FAULTS_WHOLE": str(whole),
            "FAULTS_REPORT": self.report.name})
        self.counts["runs"] += 1
        self.report.seek(0)
        reported = self.report.read()
        self.counts["faults"] += sum(map(int, re.findall(r"^failed: (\d+)$", reported, re.M)))
        found = [*judge(status, output), *re.findall("^offence: .*", reported, re.M)]
        if "failed: " not in reported:
            found.append("it ended without the shim's word")
        if found:
            self.offence(f"{' '.join(command)} with seed {seed}, rate {rate}: {found}", output)

    def scenes(self, size):
        return [str(self.build / "tests/faults/scenes"), str(size)]

    def note_compared(self, output):
        self.counts["bytes"] += sum(map(int, re.findall(r"^compared: (\d+)$", output, re.M)))

    def absorbed(self, seed):
        def judge(status, output):
            self.note_compared(output)
            return scenes_offences(status, output, lambda end: False)
        self.under_faults("absorb", seed, 3 + seed % 12, 1, self.scenes(140_000), judge)
        for test in TESTS:
            arguments = [f"-tce={LEFT_OUT[test]}"] if test in LEFT_OUT else []
            if test in LARGE and (seed - LARGE.index(test)) % 10 != 1:
                continue
            program = str(self.build / "tests" / ("test_" + test.replace("/", "_")))
            # Tests say what a receive of a few bytes gives; what is short is longer there. SKIPPED
            # is what one says of itself if this host lacks what all of it needs.
            self.under_faults("absorb", seed, 6, 64, [program, *arguments],
                              lambda status, output:
                              [f"status {status}"] if status not in (0, host.SKIPPED) else [])

    def refused(self, seed):
        def judge(status, output):
            self.note_compared(output)
            return scenes_offences(status, output,
                                   lambda end: any(error in end for error in REFUSALS))
        self.under_faults("refuse", seed, 8 + seed % 150, 1, self.scenes(5_000), judge)

    def swept(self, number):
        for call in ERRORS:
            if number <= self.calls[call]:
                # Whoever meets a peer that has failed may say so in other words.
                self.sweep(call, ERRORS[call], number, lambda end: True)
            if call in INTERRUPTED and number <= self.calls[call]:
                self.sweep(call, "EINTR", number, lambda end: False)

    def sweep(self, call, error, number, error_is_fine):
        _, status, output = execute(
            ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e",
             f"inject={call}:error={error}:when={number}", *self.scenes(3_000)])
        self.counts["runs"] += 1
        self.counts["faults"] += 1
        if found := list(scenes_offences(status, output, error_is_fine)):
            self.offence(f"{call} number {number} is {error}: {found}", output)

    def count_calls(self):
        """How many calls of each kind the busiest thread makes."""
        with tempfile.NamedTemporaryFile("r") as trace:
            execute(["strace", "-f", "-qq", "-o", trace.name, "-e", "trace=" + ",".join(ERRORS),
                     *self.scenes(3_000)])
            made = collections.Counter(re.findall(r"^(\d+) +(\w+)\(", trace.read(), re.M))
        self.calls = collections.Counter()
        for (_, call), count in made.items():
            self.calls[call] = max(self.calls[call], count)
        for call in ERRORS:
            if self.calls[call] == 0:
                self.offence(f"{call} is never called")

    def work(self):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        if self.stage == "swept":
            self.count_calls()
        for number in range(1 + self.first, 1 + self.count, self.step):
            getattr(self, self.stage)(number)
        print(json.dumps(self.counts))


def main(build, stage, count):
    began = time.monotonic()
    host.program_needs(host.OWN_NETWORK)
    workers = [subprocess.Popen(["unshare", "--net", *host.AS_ROOT, sys.executable, __file__, build,
                                 stage, count, str(share)], stdout=subprocess.PIPE, text=True)
               for share in range(min(WORKERS[stage], int(count)))]
    total, ended = collections.Counter(), True
    for worker in workers:
        output = worker.communicate()[0]
        *said, summary = output.splitlines() or [""]
        ended = worker.returncode == 0 and ended
        if worker.returncode == 0:
            total.update(json.loads(summary))
        else:
            said.append(summary)
        print("".join(line + "\n" for line in said), end="")
    print(f"{stage} {count}: " + ", ".join(f"{total[what]} {what}" for what in
                                           ("runs", "faults", "bytes", "offences"))
          + f", {time.monotonic() - began:.0f} s")
    return 0 if ended and total["offences"] == 0 and total["faults"] > 0 else 1


if __name__ == "__main__":
    if len(sys.argv) == 5:
        Worker(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])).work()
    else:
        sys.exit(main(*sys.argv[1:]))

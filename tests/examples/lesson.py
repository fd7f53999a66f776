"""A lesson that runs: its output line by line, its end, and what a test asks of it."""

import os
import pathlib
import random
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import host  # noqa: E402

PATIENCE = 60  # seconds for what happens at once, on a busy machine and under a sanitizer
POSIX = bool(os.environ.get("FERRULE_SYSTEM_POSIX"))  # the lesson is built so (sys/platform.hpp)


def wait_until(condition, what):
    """Looks again until it holds; a test fails only after a long time."""
    limit = time.monotonic() + PATIENCE
    while not (answer := condition()):
        if time.monotonic() > limit:
            raise AssertionError(f"waited in vain until {what}")
        time.sleep(0.005)
    return answer


class Lesson:
    """A program with these arguments. Use it in a `with`: at its end no process is left."""

    def __init__(self, program, *arguments, stdin=subprocess.DEVNULL, **options):
        self.process = subprocess.Popen(
            [program, *arguments], stdin=stdin, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, encoding="utf-8", errors="replace", bufsize=1, **options)
        self.lines, self.complaints = [], []
        self.changed = threading.Condition()
        self.readers = [
            threading.Thread(target=self._read, args=(self.process.stdout, self.lines)),
            threading.Thread(target=self._read, args=(self.process.stderr, self.complaints))]
        for reader in self.readers:
            reader.start()

    def _read(self, stream, lines):
        for line in stream:
            with self.changed:
                lines.append(line.rstrip("\n"))
                self.changed.notify_all()
        with self.changed:
            lines.append(None)
            self.changed.notify_all()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for reader in self.readers:
            reader.join()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                stream.close()

    def says(self, pattern, times=1):
        """The match of a line of its output, now or soon; of the last of so many lines."""
        return self._match(pattern, self.lines, times)

    def complains(self, pattern):
        """The same of its standard error."""
        return self._match(pattern, self.complaints)

    def _match(self, pattern, lines, times=1):
        def match():
            matches = [match for line in lines if line if (match := re.search(pattern, line))]
            return matches[times - 1] if len(matches) >= times else None
        with self.changed:
            self.changed.wait_for(lambda: match() or None in lines, timeout=PATIENCE)
            if found := match():
                return found
        raise AssertionError(f"it does not say {pattern!r}, but\n"
                             + "\n".join(filter(None, self.lines + self.complaints)))

    def port(self, pattern=r"^listening on 127\.0\.0\.1:(\d+)"):
        return int(self.says(pattern)[1])

    def asked_to_stop(self, by=signal.SIGTERM):
        """Its exit status after a signal."""
        self.process.send_signal(by)
        return self.status()

    def status(self):
        """Its exit status when it has ended by itself."""
        self.process.wait(PATIENCE)
        for reader in self.readers:
            reader.join()
        return self.process.returncode

    def output(self):
        return [line for line in self.lines if line is not None]

    def complaint(self):
        return "\n".join(line for line in self.complaints if line is not None)


class LessonTest(unittest.TestCase):
    """Tests of the program that the script was given."""

    program = None

    def lesson(self, *arguments, program=None, **options):
        """It runs with these arguments until the end of the test; or another program."""
        return self.enterContext(Lesson(program or self.program, *arguments, **options))

    def assertRefuses(self, sentence, *arguments):
        """It ends at once, with this sentence and a status that says so."""
        lesson = self.lesson(*arguments)
        self.assertEqual(lesson.status(), 1)
        self.assertRegex(lesson.complaint(), sentence)


def client(port, host="127.0.0.1"):
    connection = socket.create_connection((host, port), timeout=PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def receive_exactly(connection, size):
    received = b""
    while len(received) < size:
        piece = connection.recv(size - len(received))
        if not piece:
            break
        received += piece
    return received


def receive_to_the_end(connection):
    return b"".join(iter(lambda: connection.recv(65536), b""))


def reset(connection):
    """Ends it by a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def echoed(test, connection, text):
    connection.sendall(text)
    test.assertEqual(receive_exactly(connection, len(text)), text)


def fixed_port(kind=socket.SOCK_STREAM):
    """A free port below those that the kernel hands out by itself, so that it stays free."""
    while True:
        with socket.socket(socket.AF_INET, kind) as probe:
            port = random.randrange(20000, 32000)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def socat(*arguments, text=b"", patience=PATIENCE):
    """What socat prints when it is given this text."""
    done = subprocess.run(["socat", *arguments], input=text, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=patience)
    if done.returncode != 0:
        raise AssertionError(f"socat: {done.stderr.decode()}")
    return done.stdout


def main():
    """Runs the tests of the script on the program that is its first argument."""
    LessonTest.program = str(pathlib.Path(sys.argv[1]).resolve())
    unittest.main(module="__main__", argv=sys.argv[:1], verbosity=2)

#!/usr/bin/env python3
"""examples/run.sh shows every conversation, notices a changed byte and a peer that dies, and leaves
nothing behind.

    run.py BUILD
"""

import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
import uuid

import lesson
import host

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/house"))
import house  # noqa: E402

SOCAT = shutil.which("socat")
# Without IPv6 its conversations are left out.
FAMILIES = 3 if host.leaves_out("the conversations over IPv6", host.IPV6) else 4
CHANGE = "tr 0-9a-f 1-9a-f0"


class Run(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "tmp").mkdir()
        self.mark = f"FERRULE_RUN={uuid.uuid4()}"
        self.environment = os.environ | {
            "LESSONS": str(pathlib.Path(BUILD, "examples")), "TMPDIR": str(self.folder / "tmp"),
            "CXX": shlex.join(house.compiler_alone(house.compiler(BUILD))),
        } | dict([self.mark.split("=")])

    def peer(self, script):
        """From now on this is what socat does."""
        path = self.folder / "bin/socat"
        path.parent.mkdir()
        path.write_text(f"#!/bin/sh\nREAL={SOCAT}\n{script}\n")
        path.chmod(0o755)
        self.environment["PATH"] = f"{path.parent}:{os.environ['PATH']}"

    def started(self, **options):
        """It runs without a terminal and without an input."""
        return subprocess.Popen(
            ["sh", str(ROOT / "examples/run.sh")], env=self.environment, cwd="/",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True, **options)

    def page(self, status):
        with self.started() as run:
            page = run.communicate(timeout=280)[0]
        self.assertEqual(run.returncode, status, page)
        self.assertNothingIsLeft()
        return page

    def assertNothingIsLeft(self):
        def left():
            for process in pathlib.Path("/proc").glob("[0-9]*"):
                try:
                    if self.mark.encode() in (process / "environ").read_bytes():
                        yield process.name
                except OSError:
                    pass
        lesson.wait_until(lambda: not list(left()), "all its processes have ended")
        self.assertEqual(os.listdir(self.folder / "tmp"), [])

    def test_every_conversation_arrives_and_the_wrong_line_is_refused(self):
        page = self.page(0)
        token = re.search(r"just now: (\w{12}) ", page)[1]
        rows = re.findall(r"^ +(our client|socat) +> +(our server|socat) +(.*?)  +(.*?)  +ok$", page,
                          re.MULTILINE)
        self.assertEqual(len(rows), 3 * FAMILIES, page)
        for number, (_, _, came, back) in enumerate(rows, 1):
            self.assertRegex(came, rf"^(1 )?{token} {number}$")
            self.assertEqual(came, back)
        self.assertEqual([row[:2] for row in rows],
                         [("our client", "our server"), ("socat", "our server"),
                          ("our client", "socat")] * FAMILIES)
        self.assertRegex(page, r"(?s)the compiler says.*error:.*Carries<.*Udp")
        self.assertNotIn("FAILED", page)
        said = re.findall("^no IPv6 here: three conversations are left out$", page, re.MULTILINE)
        self.assertEqual(len(said), 4 - FAMILIES)
        self.assertNotIn(token, self.page(0))

    def test_a_host_without_ipv6_is_shown_the_rest_but_not_where_nothing_may_be_skipped(self):
        self.environment |= {"LACKS": "IPv6", "CI": "false"}
        page = self.page(0)
        self.assertEqual(page.count("no IPv6 here: three conversations are left out"), 1)
        self.assertEqual(len(re.findall("  ok$", page, re.MULTILINE)), 9)
        self.assertIn("All 9 conversations arrived", page)
        if FAMILIES == 4:
            self.environment["CI"] = "true"
            self.assertIn("All 12 conversations arrived", self.page(0))

    def test_a_byte_that_a_client_gets_changed_is_a_failure(self):
        self.peer('case $* in *LISTEN*|*RECVFROM*) exec $REAL "$@" ;; esac\n'
                  f'$REAL "$@" | {CHANGE}')
        page = self.page(1)
        self.assertEqual(self.failed(page), ["socat > our server"] * FAMILIES)

    def test_a_byte_that_a_server_gets_changed_is_a_failure(self):
        self.peer('case $* in *"SYSTEM:tee received") ;; *) exec $REAL "$@" ;; esac\n'
                  f'exec $REAL -d -d "$5" "SYSTEM:{CHANGE} | tee received"')
        self.assertEqual(self.failed(self.page(1)), ["our client > socat"] * FAMILIES)

    def test_a_byte_that_a_server_answers_changed_is_a_failure(self):
        self.peer('case $* in *"SYSTEM:tee received") ;; *) exec $REAL "$@" ;; esac\n'
                  f'exec $REAL -d -d "$5" "SYSTEM:tee received | {CHANGE}"')
        self.assertEqual(self.failed(self.page(1)), ["our client > socat"] * FAMILIES)

    def test_an_answer_that_is_cut_off_is_a_failure(self):
        self.peer('case $* in *LISTEN*|*RECVFROM*) exec $REAL "$@" ;; esac\n'
                  '$REAL "$@" | head -c 5')
        self.assertEqual(self.failed(self.page(1)), ["socat > our server"] * FAMILIES)

    def test_peers_that_die_at_once_are_failures(self):
        self.peer("kill -KILL $$")
        self.assertEqual(self.failed(self.page(1)),
                         ["socat > our server", "our client > socat"] * FAMILIES)

    def test_a_server_that_dies_of_the_first_byte_is_a_failure(self):
        self.peer('case $* in *LISTEN*|*RECVFROM*) ;; *) exec $REAL "$@" ;; esac\n'
                  'exec $REAL -d -d "$5" "SYSTEM:head -c 1 >/dev/null; kill -KILL \\$PPID"')
        self.environment["PATIENCE"] = "5"
        self.assertEqual(self.failed(self.page(1)), ["our client > socat"] * FAMILIES)

    def test_peers_that_hang_are_failures(self):
        self.peer('case $* in *LISTEN*|*RECVFROM*) exec $REAL "$@" ;; esac\nexec sleep 1000')
        self.environment["PATIENCE"] = "2"
        self.assertEqual(self.failed(self.page(1)), ["socat > our server"] * FAMILIES)

    def test_a_refusal_that_does_not_come_is_a_failure(self):
        self.environment["CXX"] = "true"
        self.assertIn("FAILED: it does not say that UDP carries no stream", self.page(1))

    def test_a_signal_ends_it_at_once_and_everything_with_it(self):
        self.peer(f'echo >{self.folder}/hangs\nexec sleep 1000')
        signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

        def heed_them():  # a shell can't trap what was ignored when it was started
            for each in signals:
                signal.signal(each, signal.SIG_DFL)

        for by in signals:
            with self.started(preexec_fn=heed_them) as run:
                lesson.wait_until((self.folder / "hangs").exists, "a peer hangs")
                run.send_signal(by)
                run.communicate(timeout=lesson.PATIENCE)
            self.assertEqual(run.returncode, 128 + by)
            self.assertNothingIsLeft()
            (self.folder / "hangs").unlink()

    def failed(self, page):
        return [" > ".join(ends) for ends in re.findall(
            r"^ +(our client|socat) +> +(our server|socat) .*FAILED$", page, re.MULTILINE)]


if __name__ == "__main__":
    BUILD = sys.argv[1]
    unittest.main(argv=sys.argv[:1], verbosity=2)

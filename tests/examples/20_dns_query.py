#!/usr/bin/env python3
"""Lesson 20, against dnsmasq, and against a server of python3 that misbehaves."""

import contextlib
import pathlib
import signal
import socket
import struct
import subprocess
import tempfile
import threading

import lesson
from lesson import LessonTest


class DnsQuery(LessonTest):
    def dnsmasq(self):
        port = lesson.fixed_port()
        folder = self.enterContext(tempfile.TemporaryDirectory())
        hosts = pathlib.Path(folder, "hosts")
        hosts.write_text("192.0.2.7 one.test\n2001:db8::7 one.test\n" +
                         "".join(f"10.0.{number}.1 many.test\n" for number in range(60)))
        server = subprocess.Popen(
            ["dnsmasq", "--keep-in-foreground", f"--port={port}", "--listen-address=127.0.0.1",
             "--bind-interfaces", "--no-resolv", "--no-hosts", f"--addn-hosts={hosts}",
             "--conf-file=/dev/null", "--user=", "--group=", "--local=/test/", "--pid-file="],
            stderr=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)

        def is_up():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0
        lesson.wait_until(is_up, "dnsmasq listens")
        return f"127.0.0.1:{port}"

    def ask(self, *arguments):
        done = subprocess.run([self.program, *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=lesson.PATIENCE)
        return done.returncode, done.stdout.decode().splitlines(), done.stderr.decode().strip()

    def test_addresses_of_a_name(self):
        server = self.dnsmasq()
        self.assertEqual(self.ask("one.test", "A", server), (
            0, ["one.test. is 192.0.2.7", f"1 answer of {server} over UDP"], ""))
        self.assertEqual(self.ask("one.test.", "AAAA", server), (
            0, ["one.test. is 2001:db8::7", f"1 answer of {server} over UDP"], ""))
        self.assertEqual(self.ask("nobody.test", "A", server), (1, [], "No such name"))

    def test_what_udp_is_too_small_for_comes_over_tcp(self):
        server = self.dnsmasq()
        status, said, _ = self.ask("many.test", "A", server)
        self.assertEqual(status, 0)
        self.assertEqual(said[-1], f"60 answers of {server} over TCP")
        self.assertEqual(sorted(said[:-1]),
                         sorted(f"many.test. is 10.0.{number}.1" for number in range(60)))

    @contextlib.contextmanager
    def server(self, reply):
        """One question of it: `reply(question, send)`."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
            server.settimeout(lesson.PATIENCE)
            server.bind(("127.0.0.1", 0))

            def serve():
                question, peer = server.recvfrom(600)
                reply(question, lambda answer: server.sendto(answer, peer))
            thread = threading.Thread(target=serve)
            thread.start()
            yield "127.0.0.1:%d" % server.getsockname()[1]
            thread.join()

    def answered(self, make):
        """What it says of an answer of these bytes behind the question."""
        def reply(question, send):
            send(make(question))
        with self.server(reply) as server:
            return self.ask("one.test", "A", server)

    @staticmethod
    def head(question, answers, flags=0x8180):
        return question[:2] + struct.pack("!HHHHH", flags, 1, answers, 0, 0) + question[12:]

    def test_an_answer_that_is_none_is_a_sentence(self):
        record = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 0, 4)
        for behind in (b"", record, record + b"\1\2\3", b"\xc0\xff" + record[2:] + b"\1\2\3\4",
                       b"\xc0\x1a" + record[2:] + b"\1\2\3\4",  # a name that begins with itself
                       b"\x40abc" + record[2:], b"\x3f", b"\xc0"):
            self.assertEqual(self.answered(lambda q: self.head(q, 1) + behind),
                             (1, [], "The answer is cut"), behind)
        self.assertEqual(self.answered(lambda q: self.head(q, 0, 0x8182)),
                         (1, [], "Error 2 (RFC 1035)"))
        self.assertEqual(self.answered(lambda q: self.head(q, 1) + record + b"\1\2\3\4")[:1], (0,))

    def test_answers_to_other_questions_are_not_believed(self):
        def reply(question, send):
            right = self.head(question, 1) + b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 0, 4)
            send(bytes([question[0] ^ 1]) + right[1:] + b"\6\6\6\6")  # another id
            send(question)  # no answer
            send(right.replace(b"one", b"two", 1) + b"\6\6\6\6")  # another name
            send(b"")
            send(right + b"\1\2\3\4")
        with self.server(reply) as server:
            self.assertEqual(self.ask("one.test", "A", server)[1],
                             ["one.test. is 1.2.3.4", f"1 answer of {server} over UDP"])

    def test_a_question_that_is_lost_is_asked_again(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
            server.settimeout(lesson.PATIENCE)
            server.bind(("127.0.0.1", 0))
            asking = self.lesson("one.test", "A", "127.0.0.1:%d" % server.getsockname()[1])
            first, _ = server.recvfrom(600)
            again, peer = server.recvfrom(600)
            self.assertEqual(first, again)
            server.sendto(self.head(again, 0), peer)
            asking.says(r"^0 answers of ")
            self.assertEqual(asking.status(), 0)

    def test_a_signal_ends_it(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
            server.settimeout(lesson.PATIENCE)
            server.bind(("127.0.0.1", 0))
            asking = self.lesson("one.test", "A", "127.0.0.1:%d" % server.getsockname()[1])
            server.recvfrom(600)
            self.assertEqual(asking.asked_to_stop(signal.SIGINT), 1)
            self.assertIn("receive: A stop was requested (stopped)", asking.complaint())

    def test_what_is_no_name(self):
        for name in ("", "a..b", "x" * 64 + ".test"):
            self.assertRefuses("^20_dns_query NAME", name)


if __name__ == "__main__":
    lesson.main()

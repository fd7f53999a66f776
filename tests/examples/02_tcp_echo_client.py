#!/usr/bin/env python3
"""Lesson 2, against socat, Python's sockets, a closed port and a server that does not answer."""

import contextlib
import os
import pty
import re
import signal
import socket
import subprocess
import tempfile
import time

import lesson
import host
from lesson import LessonTest, receive_to_the_end


class TcpEchoClient(LessonTest):
    def talk(self, endpoint, text):
        """What it prints when it is given this text."""
        return subprocess.run([self.program, endpoint], input=text, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=lesson.PATIENCE)

    def server(self, backlog=8):
        return self.enterContext(socket.create_server(("127.0.0.1", 0), backlog=backlog))

    def accepted(self, server):
        server.settimeout(lesson.PATIENCE)
        connection, peer = server.accept()
        connection.settimeout(lesson.PATIENCE)
        return self.enterContext(connection), peer

    def test_socat_echoes_over_each_family(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        for where, shown, endpoint in (
                ("TCP4-LISTEN:0,bind=127.0.0.1", r"listening on AF=2 127\.0\.0\.1:(\d+)$",
                 "127.0.0.1:{}"),
                ("TCP6-LISTEN:0,bind=[::1]", r"listening on AF=10 \S*:(\d+)$", "[::1]:{}"),
                (f"UNIX-LISTEN:{folder}/echo", r'listening on AF=1 "(.*)"$', "unix:{}")):
            if "TCP6" in where and host.leaves_out("socat over IPv6", host.IPV6):
                continue
            peer = self.lesson("-d", "-d", "-t", "60", where, "EXEC:cat", program="socat")
            talk = self.talk(endpoint.format(peer.complains(shown)[1]), b"hello\nworld\n")
            self.assertEqual((talk.returncode, talk.stdout), (0, b"hello\nworld\n"), where)
            self.assertRegex(talk.stderr, b"(?m)^connected to .* from .*$")
            self.assertRegex(talk.stderr, b"(?m)^the server has ended, too$")

    def test_the_port_that_the_kernel_chose_is_the_one_the_server_sees(self):
        server = self.server()
        port = server.getsockname()[1]
        ours = self.lesson(f"127.0.0.1:{port}", stdin=subprocess.PIPE)
        connection, peer = self.accepted(server)
        ours.complains(rf"^connected to 127\.0\.0\.1:{port} from 127\.0\.0\.1:{peer[1]}$")

    def test_each_line_comes_back_before_the_next_is_typed(self):
        server = self.server()
        ours = self.lesson("127.0.0.1:{}".format(server.getsockname()[1]), stdin=subprocess.PIPE)
        connection, _ = self.accepted(server)
        for line in ("one", "two", "three"):
            ours.process.stdin.write(line + "\n")
            ours.process.stdin.flush()
            self.assertEqual(lesson.receive_exactly(connection, len(line) + 1),
                             line.encode() + b"\n")
            connection.sendall(line.upper().encode() + b"\n")
            ours.says(f"^{line.upper()}$")

    def test_after_the_end_of_input_the_rest_still_arrives(self):
        server = self.server()
        ours = self.lesson("127.0.0.1:{}".format(server.getsockname()[1]), stdin=subprocess.PIPE)
        connection, _ = self.accepted(server)
        ours.process.stdin.write("question\n")
        ours.process.stdin.close()
        self.assertEqual(receive_to_the_end(connection), b"question\n")
        connection.sendall(b"answer\n" * 10_000)
        connection.close()
        self.assertEqual(ours.status(), 0)
        self.assertEqual(ours.output(), ["answer"] * 10_000)

    def test_more_than_the_buffers_hold_comes_back(self):
        peer = self.lesson("-d", "-d", "-t", "60", "TCP4-LISTEN:0,bind=127.0.0.1",
                           "EXEC:cat", program="socat")
        text = os.urandom(20_000_000)
        port = peer.complains(r"listening on AF=2 127\.0\.0\.1:(\d+)$")[1]
        talk = self.talk(f"127.0.0.1:{port}", text)
        self.assertEqual(talk.returncode, 0)
        self.assertTrue(talk.stdout == text)

    def test_a_server_that_ends_ends_it_though_nothing_is_typed(self):
        server = self.server()
        ours = self.lesson("127.0.0.1:{}".format(server.getsockname()[1]), stdin=subprocess.PIPE)
        connection, _ = self.accepted(server)
        connection.close()
        ours.complains("^the server has ended$")
        self.assertEqual(ours.status(), 0)

    def test_a_server_that_resets_is_a_sentence(self):
        server = self.server()
        ours = self.lesson("127.0.0.1:{}".format(server.getsockname()[1]), stdin=subprocess.PIPE)
        connection, _ = self.accepted(server)
        ours.complains("^connected")
        lesson.reset(connection)
        self.assertEqual(ours.status(), 1)
        self.assertRegex(ours.complaint(), r"(?m)^receive: Connection reset by peer \(ECONNRESET\)$")

    def test_a_closed_port_is_a_sentence_at_once(self):
        self.assertRefuses(r"^connect: Connection refused \(ECONNREFUSED\)$",
                           f"127.0.0.1:{lesson.fixed_port()}")

    def full_server(self):
        """Its queue is full and it never accepts, so that nobody answers who knocks."""
        server = self.server(backlog=1)
        port = server.getsockname()[1]
        waiting = [self.enterContext(contextlib.closing(socket.socket())) for _ in range(8)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        lesson.wait_until(lambda: unanswered(port) > 0, "the queue is full")
        return port

    def test_a_server_that_does_not_answer_is_given_two_seconds(self):
        port = self.full_server()
        start = time.monotonic()
        self.assertRefuses(r"^connect: The deadline passed \(deadline_exceeded\)$", f"127.0.0.1:{port}")
        self.assertGreaterEqual(time.monotonic() - start, 2)

    def test_ctrl_c_ends_it_while_it_connects(self):
        port = self.full_server()
        before = unanswered(port)
        ours = self.lesson(f"127.0.0.1:{port}")
        lesson.wait_until(lambda: unanswered(port) > before, "it knocks")
        ours.process.send_signal(signal.SIGINT)
        self.assertEqual(ours.status(), 1)
        self.assertRegex(ours.complaint(), r"^connect: A stop was requested \(stopped\)$")

    def test_a_signal_ends_it_while_nothing_is_typed(self):
        for by in (signal.SIGINT, signal.SIGTERM):
            server = self.server()
            ours = self.lesson("127.0.0.1:{}".format(server.getsockname()[1]),
                               stdin=subprocess.PIPE)
            connection, _ = self.accepted(server)
            ours.complains("^connected")
            self.assertEqual(ours.asked_to_stop(by), 0)
            self.assertEqual(receive_to_the_end(connection), b"")
            ours.complains("^stopped$")

    def test_on_a_terminal_a_line_comes_back_and_ctrl_d_ends(self):
        server = self.server()
        person, terminal = pty.openpty()
        ours = self.lesson("127.0.0.1:{}".format(server.getsockname()[1]), stdin=terminal)
        os.close(terminal)
        connection, _ = self.accepted(server)
        os.write(person, b"hello\n")
        self.assertEqual(lesson.receive_exactly(connection, 6), b"hello\n")
        connection.sendall(b"hello\n")
        ours.says("^hello$")
        os.write(person, b"\x04")
        self.assertEqual(receive_to_the_end(connection), b"")
        connection.close()
        self.assertEqual(ours.status(), 0)
        os.close(person)

    def test_what_is_no_endpoint_is_a_sentence(self):
        self.assertRefuses(r"^parse: An IPv6 endpoint is written \[address\]:port", "::1:80")
        self.assertRefuses(r"^parse: A Unix path is empty .* at position 5$", "unix:")
        self.assertRefuses(r"^connect: No such file or directory", "unix:/nowhere/at/all")


def unanswered(port):
    """How many wait for an answer of this port: SYN_SENT is 02 in /proc/net/tcp."""
    with open("/proc/net/tcp") as table:
        return len(re.findall(rf"0100007F:[0-9A-F]{{4}} 0100007F:{port:04X} 02 ", table.read()))


if __name__ == "__main__":
    lesson.main()

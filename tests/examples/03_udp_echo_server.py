#!/usr/bin/env python3
"""Lesson 3, against socat and Python's sockets."""

import os
import signal
import socket

import lesson
from lesson import LessonTest, socat

WAITING = r"^waiting at 127\.0\.0\.1:(\d+)$"


class UdpEchoServer(LessonTest):
    def peer(self, port):
        peer = self.enterContext(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        peer.settimeout(lesson.PATIENCE)
        peer.connect(("127.0.0.1", port))
        return peer

    def test_socat_is_echoed(self):
        server = self.lesson("127.0.0.1:0")
        answer = socat("-t", "2", "-", f"UDP:127.0.0.1:{server.port(WAITING)}", text=b"hello\n")
        self.assertEqual(answer, b"hello\n")
        server.says(r"^127\.0\.0\.1:\d+ sent 6 bytes: hello\.$")

    def test_each_message_comes_back_as_it_was_sent_the_empty_one_too(self):
        server = self.lesson("127.0.0.1:0")
        peer = self.peer(server.port(WAITING))
        messages = [b"one", b"two", b"", b"", os.urandom(1472), b"six"]
        for message in messages:
            peer.send(message)
        self.assertEqual([peer.recv(65536) for _ in messages], messages)

    def test_who_sent_it_is_who_is_answered(self):
        server = self.lesson("127.0.0.1:0")
        port = server.port(WAITING)
        peers = [self.peer(port) for _ in range(10)]
        for number, peer in enumerate(peers):
            peer.send(b"from %d" % number)
        for number, peer in enumerate(peers):
            self.assertEqual(peer.recv(65536), b"from %d" % number)
            server.says(rf"^127\.0\.0\.1:{peer.getsockname()[1]} sent 6 bytes: from {number}$")

    def test_what_is_too_long_is_told_with_its_size_and_not_answered(self):
        server = self.lesson("127.0.0.1:0")
        peer = self.peer(server.port(WAITING))
        for size in (1473, 65507):
            peer.send(bytes(size))
            peer.send(b"after")
            told = "" if lesson.POSIX else f": its size is {size} bytes"
            server.says(rf"^a message was too long{told}$")
            self.assertEqual(peer.recv(65536), b"after")

    def test_control_characters_do_not_reach_the_terminal(self):
        server = self.lesson("127.0.0.1:0")
        self.peer(server.port(WAITING)).send(b"a\x1b[2Jb\r\x07c")
        server.says(r"sent 9 bytes: a\.\[2Jb\.\.c$")

    def test_a_peer_that_is_gone_is_no_matter_to_others(self):
        server = self.lesson("127.0.0.1:0")
        port = server.port(WAITING)
        for _ in range(20):
            gone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            gone.sendto(b"x", ("127.0.0.1", port))
            gone.close()
        peer = self.peer(port)
        peer.send(b"still there?")
        self.assertEqual(peer.recv(65536), b"still there?")

    def test_a_signal_ends_it_and_frees_the_port(self):
        port = lesson.fixed_port(socket.SOCK_DGRAM)
        for by in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
            server = self.lesson(f"127.0.0.1:{port}")
            self.assertEqual(server.port(WAITING), port)
            self.assertEqual(server.asked_to_stop(by), 0)
            server.says("^stopping$")

    def test_a_port_in_use_is_a_sentence(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.1", 0))
            self.assertRefuses(r"^bind: Address already in use \(EADDRINUSE\)(: \S+)?$",
                               "127.0.0.1:{}".format(other.getsockname()[1]))

    def test_what_is_no_endpoint_is_a_sentence(self):
        self.assertRefuses(r"^parse: A ':' and a port are missing", "127.0.0.1")


if __name__ == "__main__":
    lesson.main()

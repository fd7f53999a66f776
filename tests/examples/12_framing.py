#!/usr/bin/env python3
"""Lesson 12, by python3's sockets: messages in pieces of a byte, and glued together, are the same."""

import signal
import socket
import struct

import lesson
from lesson import LessonTest


def frame(text):
    return struct.pack("!I", len(text)) + text


def line(text):
    return text + b"\n"


class Framing(LessonTest):
    def server(self, framing):
        server = self.lesson(framing, "127.0.0.1:0")
        server.where = server.port()
        return server

    def converse(self, port, sent, step):
        """All that comes back for these bytes, sent in pieces of `step`."""
        with socket.create_connection(("127.0.0.1", port), lesson.PATIENCE) as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for at in range(0, len(sent), step):
                client.sendall(sent[at:at + step])
            client.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: client.recv(65536), b""))

    def test_messages_are_the_same_however_they_come(self):
        texts = [b"one", b"", b"x" * 1000, b"three"]
        for framing, wrap in (("lines", line), ("frames", frame)):
            with self.server(framing) as server:
                sent = b"".join(map(wrap, texts))
                expected = b"".join(wrap(f"message {number} has {len(text)} bytes: ".encode() + text)
                                    for number, text in enumerate(texts, 1))
                for step in (1, 3, 7, len(sent)):
                    self.assertEqual(self.converse(server.where, sent, step), expected)
                    server.says(r"^127\.0\.0\.1:\d+ sent 4 messages$")

    def test_a_message_that_is_too_long_ends_the_conversation(self):
        for framing, sent in (("lines", b"x" * 2000), ("frames", b"\xff" * 4),
                              ("frames", struct.pack("!I", 1001))):
            with self.server(framing) as server:
                with socket.create_connection(("127.0.0.1", server.where), lesson.PATIENCE) as client:
                    client.sendall(sent)
                    server.says(r"^127\.0\.0\.1:\d+: receive: Message too long \(EMSGSIZE\)$")

    def test_an_end_inside_a_message_is_told(self):
        for framing, sent in (("lines", b"half"), ("frames", frame(b"whole")[:-1])):
            with self.server(framing) as server:
                self.assertEqual(self.converse(server.where, sent, 1), b"")
                server.says(rf"^127\.0\.0\.1:\d+: receive: The peer has ended the stream "
                                rf"\(end_of_stream\), after {len(sent)} bytes$")

    def test_a_signal_ends_it(self):
        with self.server("lines") as server:
            self.assertEqual(server.asked_to_stop(signal.SIGTERM), 0)
        self.assertRefuses("^12_framing lines\\|frames", "words")


if __name__ == "__main__":
    lesson.main()

#!/usr/bin/env python3
"""Lesson 29, against socat and Python's sockets."""

import os
import signal
import socket

import lesson
from lesson import LessonTest, client, echoed, receive_exactly, receive_to_the_end, socat

FILE = r"descriptor (\d+) is (socket:\[\d+\])$"


class TcpEchoServer(LessonTest):
    def test_socat_is_echoed_whichever_way_it_listens(self):
        for way in ((), ("one-line",)):
            server = self.lesson("127.0.0.1:0", *way)
            answer = socat("-t", "60", "-", f"TCP:127.0.0.1:{server.port()}", text=b"hello\n")
            self.assertEqual(answer, b"hello\n")
            server.says(r"^127\.0\.0\.1:\d+ sent 6 bytes: hello\.$")
            server.says(r"^127\.0\.0\.1:\d+ ended after 6 bytes$")
            self.assertEqual(server.asked_to_stop(), 0)

    def test_one_line_opens_nothing_step_by_step(self):
        server = self.lesson("127.0.0.1:0", "one-line")
        server.port()
        self.assertFalse(any(line.startswith("opened") for line in server.output()))

    def test_the_descriptors_it_shows_are_its_own(self):
        server = self.lesson("127.0.0.1:0")
        port = server.port()
        with client(port) as connection:
            name = "127.0.0.1:{}".format(connection.getsockname()[1])
            shown = [server.says(rf"^{what}.*{FILE}")
                     for what in ("opened", "listening on", name + " connected")]
            for match in shown:
                file = os.readlink(f"/proc/{server.process.pid}/fd/{match[1]}")
                self.assertEqual(file, match[2])
            self.assertNotEqual(shown[1][2], shown[2][2])

    def test_one_byte_at_a_time(self):
        server = self.lesson("127.0.0.1:0")
        with client(server.port()) as connection:
            for byte in range(256):
                echoed(self, connection, bytes([byte]))

    def test_a_client_that_half_closes_still_reads(self):
        server = self.lesson("127.0.0.1:0")
        text = os.urandom(300_000)
        with client(server.port()) as connection:
            connection.sendall(text[:100_000])
            self.assertEqual(receive_exactly(connection, 100_000), text[:100_000])
            connection.sendall(text[100_000:200_000])
            connection.shutdown(socket.SHUT_WR)
            self.assertEqual(receive_to_the_end(connection), text[100_000:200_000])

    def test_a_client_that_resets_is_no_matter_to_others(self):
        server = self.lesson("127.0.0.1:0")
        port = server.port()
        with client(port) as other:
            echoed(self, other, b"before")
            connection = client(port)
            echoed(self, connection, b"now")
            lesson.reset(connection)
            server.says(r"receive: Connection reset by peer \(ECONNRESET\)")
            lesson.reset(client(port))  # perhaps before it is accepted
            echoed(self, other, b"after")
            with client(port) as next_one:
                echoed(self, next_one, b"next")

    def test_a_second_client_is_echoed_while_the_first_is_silent(self):
        server = self.lesson("127.0.0.1:0")
        port = server.port()
        with client(port) as silent, client(port) as second:
            echoed(self, second, b"hello")
            echoed(self, silent, b"at last")

    def test_a_client_that_does_not_read_holds_up_nobody(self):
        server = self.lesson("127.0.0.1:0")
        port = server.port()
        with client(port) as greedy, client(port) as other:
            greedy.setblocking(False)
            block = bytes(1 << 20)

            def full():
                try:
                    greedy.send(block)
                except BlockingIOError:
                    return True

            lesson.wait_until(full, "the greedy client can send no more")
            echoed(self, other, b"hello")
            self.assertEqual(server.asked_to_stop(), 0)

    def test_clients_that_have_gone_leave_nothing_behind(self):
        server = self.lesson("127.0.0.1:0")
        port = server.port()

        def held(what):
            return len(os.listdir(f"/proc/{server.process.pid}/{what}"))

        descriptors, threads = held("fd"), held("task")
        for number in range(50):
            with client(port) as connection:
                echoed(self, connection, b"%d" % number)
        lesson.wait_until(lambda: held("fd") == descriptors, "their descriptors are closed")
        # A sanitizer may have one more of its own.
        lesson.wait_until(lambda: held("task") <= threads + 1, "their threads have ended")

    def test_a_signal_ends_it_and_its_clients_and_frees_the_port(self):
        port = lesson.fixed_port()
        for by in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
            server = self.lesson(f"127.0.0.1:{port}")
            self.assertEqual(server.port(), port)
            with client(port) as connection:
                echoed(self, connection, b"hello")
                self.assertEqual(server.asked_to_stop(by), 0)
                self.assertEqual(receive_to_the_end(connection), b"")
                server.says("^stopping$")
            with self.assertRaises(ConnectionRefusedError):
                client(port)

    def test_a_port_in_use_is_a_sentence(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            endpoint = "127.0.0.1:{}".format(other.getsockname()[1])
            for way in ((), ("one-line",)):
                self.assertRefuses(r"^(bind|listen): Address already in use \(EADDRINUSE\)(: \S+)?$",
                                   endpoint, *way)

    def test_what_is_no_endpoint_is_a_sentence(self):
        self.assertRefuses(r"^parse: .*above 255.*at position \d+$", "127.0.0.300:80")
        self.assertRefuses(r"^parse: .*port is above 65535", "127.0.0.1:65536")
        self.assertRefuses(r"^parse: ", "localhost")


if __name__ == "__main__":
    lesson.main()

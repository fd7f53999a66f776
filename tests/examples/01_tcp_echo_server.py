#!/usr/bin/env python3
"""Lesson 1, against socat and Python's sockets."""

import os
import pathlib
import signal
import socket
import subprocess
import tempfile

import lesson
from lesson import LessonTest, client, echoed, receive_exactly, receive_to_the_end, socat


class TcpEchoServer(LessonTest):
    def test_socat_is_echoed_whichever_way_it_listens(self):
        for way in ((), ("one-line",)):
            server = self.lesson("127.0.0.1:0", *way)
            answer = socat("-t", "60", "-", f"TCP:127.0.0.1:{server.port()}", text=b"hello\n")
            self.assertEqual(answer, b"hello\n")
            server.says(r"^127\.0\.0\.1:\d+ connected$")
            server.says(r"^127\.0\.0\.1:\d+ sent 6 bytes: hello\.$")
            server.says(r"^127\.0\.0\.1:\d+ ended after 6 bytes$")
            self.assertEqual(server.asked_to_stop(), 0)

    def test_the_c_program_beside_it_compiles_and_echoes(self):
        program = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()), "in_c")
        source = pathlib.Path(__file__).parents[2] / "examples/01_in_c.c"
        port = lesson.fixed_port()
        text = source.read_text().replace("8888", str(port))
        subprocess.run([os.environ.get("CC", "cc"), "-x", "c", "-Wall", "-Werror", "-o", program, "-"],
                       input=text, text=True, check=True)
        server = subprocess.Popen([program])
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)

        def connects():
            try:
                client(port).close()
                return True
            except ConnectionRefusedError:
                return False

        lesson.wait_until(connects, "the C program listens")
        with client(port) as connection:
            echoed(self, connection, b"hello")

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

    def test_one_client_is_served_after_another(self):
        server = self.lesson("127.0.0.1:0")
        port = server.port()
        with client(port) as first, client(port) as second:
            second.sendall(b"second")  # it waits in the queue
            echoed(self, first, b"first")
            first.close()
            self.assertEqual(receive_exactly(second, 6), b"second")

    def test_a_client_that_resets_is_no_matter_to_the_next(self):
        server = self.lesson("127.0.0.1:0")
        port = server.port()
        connection = client(port)
        echoed(self, connection, b"now")
        lesson.reset(connection)
        server.says(r"receive: Connection reset by peer \(ECONNRESET\)")
        lesson.reset(client(port))  # perhaps before it is accepted
        with client(port) as next_one:
            echoed(self, next_one, b"next")

    def test_a_silent_client_does_not_keep_it_from_stopping(self):
        server = self.lesson("127.0.0.1:0")
        with client(server.port()) as silent:
            echoed(self, silent, b"hello")
            self.assertEqual(server.asked_to_stop(), 0)
            self.assertEqual(receive_to_the_end(silent), b"")

    def test_clients_that_have_gone_leave_no_descriptor(self):
        server = self.lesson("127.0.0.1:0")
        port = server.port()

        def held():
            return len(os.listdir(f"/proc/{server.process.pid}/fd"))

        before = held()
        for number in range(50):
            with client(port) as connection:
                echoed(self, connection, b"%d" % number)
        lesson.wait_until(lambda: held() == before, "their descriptors are closed")

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

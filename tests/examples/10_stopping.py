#!/usr/bin/env python3
"""Lesson 10, against socat and Python's sockets, one of which is slow."""

import resource
import signal
import socket
import time

import lesson
import resources
from lesson import LessonTest, client, receive_to_the_end, socat

SOON = 0.5  # seconds; what takes longer by chance does not do so three times


class Stopping(LessonTest):
    def server(self, limit=60_000, grace=60_000):
        server = self.lesson("127.0.0.1:0", str(limit), str(grace))
        return server, server.port()

    def clients(self, server, port, count):
        """So many, all of them accepted."""
        before = resources.descriptors(server)
        clients = [self.enterContext(client(port)) for _ in range(count)]
        lesson.wait_until(lambda: resources.descriptors(server) == before + count,
                          "they are accepted")
        return clients

    def assertAnswers(self, port, word=b"desserts"):
        with client(port) as connection:
            connection.sendall(word + b"\n")
            self.assertEqual(receive_to_the_end(connection), word[::-1] + b"\n")

    def assertTakes(self, seconds, measure):
        """Never less, and not longer by more than a moment."""
        for _ in range(3):
            took = measure()
            self.assertGreaterEqual(took, seconds)
            if took < seconds + SOON:
                return
        self.fail(f"it takes {took} s instead of {seconds} s")

    def test_socat_is_answered(self):
        server, port = self.server()
        for text, answer in ((b"hello\n", b"olleh\n"), (b"no end", b"dne on\n"), (b"", b"\n")):
            self.assertEqual(socat("-t", "60", "-", f"TCP:127.0.0.1:{port}", text=text), answer)
            server.says(rf"^127\.0\.0\.1:\d+: a line of {len(text.strip())} bytes$")

    def test_a_line_may_come_in_pieces(self):
        _, port = self.server()
        with client(port) as connection:
            for byte in b"in many pieces\n":
                connection.sendall(bytes([byte]))
            self.assertEqual(receive_to_the_end(connection), b"seceip ynam ni\n")

    def test_a_line_without_an_end_has_a_limit(self):
        _, port = self.server()
        with client(port) as connection:
            connection.sendall(b"x" * 5000)
            self.assertIn(len(receive_to_the_end(connection)), range(1000, 1300))

    def test_a_byte_now_and_then_does_not_move_the_deadline(self):
        server, port = self.server(limit=1000)

        def time_of_a_slow_client():
            begin = time.monotonic()
            with client(port) as slow:
                self.assertAnswers(port)
                slow.settimeout(0.05)
                while True:
                    try:
                        self.assertEqual(slow.recv(100), b"")
                        return time.monotonic() - begin
                    except TimeoutError:
                        slow.sendall(b"x")

        self.assertTakes(1, time_of_a_slow_client)
        server.says(r"^127\.0\.0\.1:\d+: receive: The deadline passed \(deadline_exceeded\)$")
        self.assertAnswers(port)

    def test_all_calls_have_the_same_deadline(self):
        server, port = self.server(limit=1000)

        def time_of_a_client_that_stays():
            begin = time.monotonic()
            with client(port) as stays:
                stays.settimeout(0.5)
                with self.assertRaises(TimeoutError):
                    stays.recv(100)
                stays.sendall(b"late\n")
                stays.settimeout(lesson.PATIENCE)
                self.assertEqual(receive_to_the_end(stays), b"etal\n")
                name = "127.0.0.1:{}".format(stays.getsockname()[1])
                server.says(rf"^{name}: finish: The deadline passed \(deadline_exceeded\)$")
                return time.monotonic() - begin

        self.assertTakes(1, time_of_a_client_that_stays)

    def test_a_signal_ends_an_accept_that_waits(self):
        for by in (signal.SIGTERM, signal.SIGINT):
            def time_of_the_end():
                server, port = self.server()
                self.assertAnswers(port)
                begin = time.monotonic()
                self.assertEqual(server.asked_to_stop(by), 0)
                took = time.monotonic() - begin
                server.says("^not finished: 0$")
                with self.assertRaises(ConnectionRefusedError):
                    client(port)
                return took

            self.assertTakes(0, time_of_the_end)

    def test_another_thread_ends_an_accept_that_waits(self):
        def time_of_the_end():
            server, port = self.server()
            begin = time.monotonic()
            with client(port) as connection:
                connection.sendall(b"quit\n")
                self.assertEqual(receive_to_the_end(connection), b"tiuq\n")
            self.assertEqual(server.status(), 0)
            return time.monotonic() - begin

        self.assertTakes(0, time_of_the_end)

    def test_who_is_there_has_the_grace_and_nobody_else(self):
        def time_of_the_grace():
            server, port = self.server(grace=1000)
            one, late = self.clients(server, port, 2)
            for each in (one, late):
                each.sendall(b"half a ")
            begin = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            server.says("^stopping: clients 2, grace 1000 ms$")
            with self.assertRaises(ConnectionRefusedError):
                client(port)
            one.sendall(b"line\n")
            self.assertEqual(receive_to_the_end(one), b"enil a flah\n")
            one.close()
            self.assertEqual(receive_to_the_end(late), b"")
            took = time.monotonic() - begin
            self.assertEqual(server.status(), 0)
            server.says(r"^127\.0\.0\.1:\d+: receive: A stop was requested \(stopped\)$")
            server.says("^not finished: 1$")
            return took

        self.assertTakes(1, time_of_the_grace)

    def test_it_ends_as_soon_as_the_last_has_finished(self):
        def time_of_the_end():
            server, port = self.server()
            one, = self.clients(server, port, 1)
            begin = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            server.says("^stopping: clients 1, ")
            one.sendall(b"done\n")
            self.assertEqual(receive_to_the_end(one), b"enod\n")
            one.close()
            self.assertEqual(server.status(), 0)
            server.says("^not finished: 0$")
            return time.monotonic() - begin

        self.assertTakes(0, time_of_the_end)

    def test_a_second_signal_ends_the_grace(self):
        for first, second in ((signal.SIGINT, signal.SIGINT), (signal.SIGTERM, signal.SIGTERM)):
            def time_of_the_end():
                server, port = self.server()
                one, other = self.clients(server, port, 2)
                server.process.send_signal(first)
                server.says("^stopping: clients 2, grace 60000 ms$")
                begin = time.monotonic()
                self.assertEqual(server.asked_to_stop(second), 0)
                took = time.monotonic() - begin
                self.assertEqual([receive_to_the_end(each) for each in (one, other)], [b"", b""])
                server.says("^not finished: 2$")
                return took

            self.assertTakes(0, time_of_the_end)

    def test_clients_that_have_gone_leave_nothing_behind(self):
        server, port = self.server()
        descriptors, threads = resources.descriptors(server), resources.threads(server)
        for number in range(50):
            self.assertAnswers(port, b"%d" % number)
            lesson.reset(client(port))
        lesson.wait_until(lambda: resources.descriptors(server) == descriptors,
                          "their descriptors are closed")
        # A sanitizer may have one more of its own.
        lesson.wait_until(lambda: resources.threads(server) <= threads + 1,
                          "their threads have ended")

    def test_without_a_thread_one_client_is_lost_and_no_other(self):
        server, port = self.server()
        size = int((resources.of(server) / "statm").read_text().split()[0])
        size = size * resource.getpagesize() + (1 << 20)
        old = resource.prlimit(server.process.pid, resource.RLIMIT_AS)
        resource.prlimit(server.process.pid, resource.RLIMIT_AS, (size, old[1]))
        with client(port) as connection:
            self.assertEqual(receive_to_the_end(connection), b"")
        server.says(r"^127\.0\.0\.1:\d+: .*Resource temporarily unavailable$")
        resource.prlimit(server.process.pid, resource.RLIMIT_AS, old)
        self.assertAnswers(port)

    def test_what_does_not_fit_is_a_sentence(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            self.assertRefuses(r"^bind: Address already in use \(EADDRINUSE\)(: \S+)?$",
                               "127.0.0.1:{}".format(other.getsockname()[1]))
        self.assertRefuses("^parse: ", "localhost")
        self.assertRefuses("^soon is no number of milliseconds$", "127.0.0.1:0", "soon")
        self.assertRefuses("^-1 is no number of milliseconds$", "127.0.0.1:0", "1", "-1")


if __name__ == "__main__":
    lesson.main()

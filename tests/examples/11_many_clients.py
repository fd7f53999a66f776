#!/usr/bin/env python3
"""Lesson 11, against socat and 500 of Python's sockets at once."""

import contextlib
import random
import signal
import socket
import subprocess
import time

import lesson
import resources
from lesson import LessonTest, client, echoed, receive_exactly, receive_to_the_end

GRACE = 0.1


class ManyClients(LessonTest):
    def server(self):
        server = self.lesson("127.0.0.1:0")
        return server, server.port()

    def clients(self, port, count):
        return [self.enterContext(client(port)) for _ in range(count)]

    def assertAllEchoed(self, clients, size):
        """Each sends its own before the first looks for an answer."""
        texts = [random.randbytes(size) for _ in clients]
        for each, text in zip(clients, texts):
            each.sendall(text)
        for each, text in zip(clients, texts):
            self.assertEqual(receive_exactly(each, size), text)

    def greedy(self, port):
        """A client that has sent all that there is room for and read nothing, and what it sent."""
        greedy = self.enterContext(client(port))
        greedy.settimeout(1)
        block, sent = random.randbytes(1 << 20), b""
        with contextlib.suppress(TimeoutError):
            while True:
                sent += block[:greedy.send(block)]
                self.assertLess(len(sent), 100 << 20, "the server takes whatever there is")
        greedy.settimeout(lesson.PATIENCE)
        return greedy, sent

    def assertSometimes(self, measure):
        """A busy machine may be late, but not three times."""
        self.assertTrue(any(measure() for _ in range(3)))

    def test_500_at_once_are_echoed_by_one_thread(self):
        server, port = self.server()
        threads = resources.threads(server)
        clients = self.clients(port, 480)
        words = [b"socat %d %d\n" % (number, random.getrandbits(64)) for number in range(20)]
        socats = [subprocess.Popen(["socat", "-t", "60", "-", f"TCP:127.0.0.1:{port}"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                  for _ in words]
        for _ in range(5):
            self.assertAllEchoed(clients, 20_000)
        for each, word in zip(socats, words):
            each.stdin.write(word)
            each.stdin.flush()
        for each, word in zip(socats, words):
            self.assertEqual(each.stdout.readline(), word)
        self.assertEqual(resources.threads(server), threads)
        self.assertAllEchoed(clients, 1)
        for each in socats:
            self.assertEqual(each.communicate(timeout=lesson.PATIENCE), (b"", None))
            self.assertEqual(each.returncode, 0)
        self.assertEqual(server.asked_to_stop(), 0)
        server.says("^stopping: clients 480, grace 100 ms$")

    def test_clients_that_have_gone_leave_nothing_behind(self):
        server, port = self.server()
        before = resources.descriptors(server)
        for _ in range(5):
            clients = [client(port) for _ in range(100)]
            self.assertAllEchoed(clients, 100)
            self.assertEqual(resources.descriptors(server), before + 100)
            for number, each in enumerate(clients):
                each.sendall(b"unread")
                lesson.reset(each) if number % 2 else each.close()
        lesson.wait_until(lambda: resources.descriptors(server) == before, "descriptors are closed")

    def test_clients_that_go_and_come_together_are_not_mixed_up(self):
        server, port = self.server()
        stay = self.clients(port, 30)
        for _ in range(20):
            go = [client(port) for _ in range(30)]
            self.assertAllEchoed(go, 10)
            texts = [random.randbytes(1000) for _ in stay]
            server.process.send_signal(signal.SIGSTOP)  # then all are ready in the same round
            for each, leaving, text in zip(stay, go, texts):
                leaving.sendall(text)
                lesson.reset(leaving)
                each.sendall(text)
            come = self.clients(port, 30)
            server.process.send_signal(signal.SIGCONT)
            for each, text in zip(stay, texts):
                self.assertEqual(receive_exactly(each, 1000), text)
            self.assertAllEchoed(come, 1000)
            stay = come

    def test_a_client_that_resets_is_no_matter_to_others(self):
        server, port = self.server()
        other, resets = self.clients(port, 2)
        echoed(self, resets, b"now")
        name = "127.0.0.1:{}".format(resets.getsockname()[1])
        lesson.reset(resets)
        server.says(rf"^{name}: receive: Connection reset by peer \(ECONNRESET\)$")
        echoed(self, other, b"after")
        self.assertAllEchoed(self.clients(port, 5), 100)

    def test_a_client_that_does_not_read_holds_up_nobody_and_takes_no_more_memory(self):
        server, port = self.server()
        other, = self.clients(port, 1)
        echoed(self, other, b"before")
        before = resources.memory(server)
        greedy, sent = self.greedy(port)
        self.assertLess(resources.memory(server) - before, 4 << 20)

        self.assertSometimes(lambda: resources.processor_share(server, 0.5) < 0.01)
        echoed(self, other, b"hello")
        self.assertEqual(receive_exactly(greedy, len(sent)), sent)
        self.assertAllEchoed([greedy, other], 1000)

    def test_a_client_that_does_not_read_may_reset(self):
        server, port = self.server()
        before = resources.descriptors(server)
        greedy, _ = self.greedy(port)
        lesson.reset(greedy)
        server.says(r": (send|receive): (Connection reset by peer|Broken pipe) \(E\w+\)$")
        lesson.wait_until(lambda: resources.descriptors(server) == before, "all is closed")
        self.assertAllEchoed(self.clients(port, 5), 100)

    def test_a_client_that_half_closes_gets_all_that_it_sent(self):
        _, port = self.server()
        little, = self.clients(port, 1)
        little.sendall(b"little")
        little.shutdown(socket.SHUT_WR)
        self.assertEqual(receive_to_the_end(little), b"little")
        greedy, sent = self.greedy(port)
        greedy.shutdown(socket.SHUT_WR)
        self.assertEqual(receive_to_the_end(greedy), sent)

    def test_without_clients_a_signal_ends_it_at_once(self):
        for by in (signal.SIGTERM, signal.SIGINT):
            def is_quick():
                server, port = self.server()
                begin = time.monotonic()
                self.assertEqual(server.asked_to_stop(by), 0)
                took = time.monotonic() - begin
                server.says("^stopping: clients 0, grace 100 ms$")
                with self.assertRaises(ConnectionRefusedError):
                    client(port)
                return took < GRACE

            self.assertSometimes(is_quick)

    def test_who_is_there_has_the_grace_and_nobody_else(self):
        def is_in_time():
            server, port = self.server()
            idle, = self.clients(port, 1)
            echoed(self, idle, b"hello")
            begin = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            server.says("^stopping: clients 1, ")
            with self.assertRaises(ConnectionRefusedError):
                client(port)
            self.assertEqual(receive_to_the_end(idle), b"")
            took = time.monotonic() - begin
            self.assertGreaterEqual(took, GRACE)
            self.assertEqual(server.status(), 0)
            return took < 2 * GRACE

        self.assertSometimes(is_in_time)

    def test_what_was_sent_before_the_signal_comes_back_after_it(self):
        server, port = self.server()
        clients = self.clients(port, 50)
        self.assertAllEchoed(clients, 10)
        texts = [random.randbytes(1000) for _ in clients]
        server.process.send_signal(signal.SIGSTOP)
        for each, text in zip(clients, texts):
            each.sendall(text)
        server.process.send_signal(signal.SIGTERM)
        server.process.send_signal(signal.SIGCONT)
        for each, text in zip(clients, texts):
            self.assertEqual(receive_to_the_end(each), text)
        self.assertEqual(server.status(), 0)

    def test_who_is_late_to_read_gets_the_rest_within_the_grace(self):
        def gets_all():
            server, port = self.server()
            greedy, sent = self.greedy(port)
            greedy.shutdown(socket.SHUT_WR)
            server.process.send_signal(signal.SIGTERM)
            server.says("^stopping: clients 1, ")
            received = bytearray()
            with contextlib.suppress(ConnectionResetError):
                while piece := greedy.recv(1 << 20):
                    received += piece
            self.assertEqual(server.status(), 0)
            return received == sent

        self.assertSometimes(gets_all)

    def test_who_sends_on_does_not_prolong_the_grace(self):
        server, port = self.server()
        busy, = self.clients(port, 1)
        echoed(self, busy, b"hello")
        server.process.send_signal(signal.SIGTERM)
        limit = time.monotonic() + 20
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            while time.monotonic() < limit:
                busy.sendall(b"again")
                if receive_exactly(busy, 5) != b"again":
                    break
        self.assertLess(time.monotonic(), limit)
        self.assertEqual(server.status(), 0)

    def test_a_second_signal_ends_the_grace(self):
        def is_quick():
            server, port = self.server()
            idle, = self.clients(port, 1)
            echoed(self, idle, b"hello")
            begin = time.monotonic()
            server.process.send_signal(signal.SIGINT)
            server.says("^stopping: clients 1, ")
            server.process.send_signal(signal.SIGINT)
            self.assertEqual(receive_to_the_end(idle), b"")
            took = time.monotonic() - begin
            self.assertEqual(server.status(), 0)
            return took < GRACE

        self.assertSometimes(is_quick)

    def test_what_does_not_fit_is_a_sentence(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            self.assertRefuses(r"^(bind|listen): Address already in use \(EADDRINUSE\)(: \S+)?$",
                               "127.0.0.1:{}".format(other.getsockname()[1]))
        self.assertRefuses("^parse: ", "localhost")


if __name__ == "__main__":
    lesson.main()

#!/usr/bin/env python3
"""Lesson 28, between socat and Python's sockets."""

import hashlib
import os
import pathlib
import resource
import signal
import socket
import subprocess
import tempfile
import threading
import time

import lesson
from lesson import LessonTest, client, echoed, receive_exactly, receive_to_the_end, socat, wait_until

NAME = r"127\.0\.0\.1:\d+"
SILENCE = 0.3  # seconds, over which it is looked at what an idle loop does


def processor_time(process):
    """In seconds (schedstat, in nanoseconds)."""
    return int(pathlib.Path(f"/proc/{process.pid}/schedstat").read_text().split()[0]) / 1e9


def accepted(listener):
    """The next connection."""
    listener.settimeout(lesson.PATIENCE)
    connection = listener.accept()[0]
    connection.settimeout(lesson.PATIENCE)
    return connection


class Echo:
    """A server of many clients that sends back what it is sent, in threads."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.endpoint = "127.0.0.1:{}".format(self.listener.getsockname()[1])
        self.thread = threading.Thread(target=self.accept)
        self.thread.start()

    def accept(self):
        threads = []
        while True:
            try:
                connection = self.listener.accept()[0]
            except OSError:
                break
            threads.append(threading.Thread(target=self.echo, args=(connection,)))
            threads[-1].start()
        for thread in threads:
            thread.join()

    @staticmethod
    def echo(connection):
        try:
            with connection:
                while text := connection.recv(65536):
                    connection.sendall(text)
        except ConnectionError:
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listener.close()


class ForeignEventLoop(LessonTest):
    def setUp(self):
        self.echo = self.enterContext(Echo())

    def start(self, connect_to=None):
        """It runs between 127.0.0.1:0 and a server that echoes, or another."""
        return self.lesson("127.0.0.1:0", connect_to or self.echo.endpoint)

    def assertIdle(self, server):
        """It sleeps while nothing happens. One that spins would have half of this time at least on
        a busy machine."""
        before = processor_time(server.process)
        time.sleep(SILENCE)
        self.assertLess(processor_time(server.process) - before, SILENCE / 10)

    def test_socat_on_both_sides(self):
        port = lesson.fixed_port()
        server = self.start(f"127.0.0.1:{port}")
        other = subprocess.Popen(["socat", "-d", "-d", f"TCP-LISTEN:{port},bind=127.0.0.1",
                                  "SYSTEM:tr a-z A-Z"], stderr=subprocess.PIPE, text=True)
        self.addCleanup(other.communicate)
        self.addCleanup(other.kill)
        for line in other.stderr:
            if "listening" in line:
                break
        answer = socat("-t", "60", "-", f"TCP:127.0.0.1:{server.port()}", text=b"hello\n")
        self.assertEqual(answer, b"HELLO\n")
        for what in ("came", "is connected", "ended"):
            server.says(rf"^{NAME} {what}$")

    def test_many_clients_at_once(self):
        server = self.start()
        clients = [self.enterContext(client(server.port())) for _ in range(100)]
        for turn in range(3):
            for number, each in enumerate(clients):
                each.sendall(b"%d of %d" % (turn, number))
            for number, each in reversed(list(enumerate(clients))):
                text = b"%d of %d" % (turn, number)
                self.assertEqual(receive_exactly(each, len(text)), text)
        self.assertIdle(server)

    def test_megabytes_there_and_back_are_the_same(self):
        server = self.start()
        sent = os.urandom(8 << 20)
        with client(server.port()) as connection:
            def send():
                connection.sendall(sent)
                connection.shutdown(socket.SHUT_WR)
            sender = threading.Thread(target=send)
            sender.start()
            received = receive_to_the_end(connection)
            sender.join()
        self.assertEqual(len(received), len(sent))
        self.assertEqual(hashlib.sha256(received).digest(), hashlib.sha256(sent).digest())
        server.says(rf"^{NAME} ended$")

    def test_a_client_that_does_not_read_costs_no_time_and_gets_all_of_it_later(self):
        server = self.start()
        port = server.port()
        with client(port) as slow, client(port) as other:
            slow.setblocking(False)
            sent, looks = bytearray(), []

            def stays_full():  # twenty times in a row: everybody on the way waits for room
                block = os.urandom(1 << 16)
                try:
                    sent.extend(block[:slow.send(block)])
                    looks.clear()
                except BlockingIOError:
                    looks.append("full")
                return len(looks) == 20

            wait_until(stays_full, "all buffers on the way are full")
            slow.settimeout(lesson.PATIENCE)
            self.assertGreater(len(sent), 200_000)
            self.assertIdle(server)
            echoed(self, other, b"meanwhile")
            slow.shutdown(socket.SHUT_WR)
            self.assertEqual(receive_to_the_end(slow), bytes(sent))
            echoed(self, other, b"afterwards")

    def test_what_is_not_yet_is_tried_again(self):
        # strace(1) says EAGAIN to every other call.
        server = self.lesson("-D", "-o", "/dev/null", "-e",
                             "inject=accept4,recvfrom,sendto:error=EAGAIN:when=1+2", self.program,
                             "127.0.0.1:0", self.echo.endpoint, program="strace")
        for number in range(10):
            with client(server.port()) as connection:
                echoed(self, connection, b"%d" % number)
                echoed(self, connection, b"once more")
        self.assertEqual(server.asked_to_stop(), 0)

    def test_an_end_is_passed_on_and_the_other_direction_goes_on(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            server = self.start("127.0.0.1:{}".format(listener.getsockname()[1]))
            with client(server.port()) as one, accepted(listener) as other:
                one.sendall(b"the last word")
                one.shutdown(socket.SHUT_WR)
                self.assertEqual(receive_to_the_end(other), b"the last word")
                self.assertIdle(server)
                other.sendall(b"one more")
                other.close()
                self.assertEqual(receive_to_the_end(one), b"one more")
                server.says(rf"^{NAME} ended$")

    def test_a_reset_ends_one_client_and_no_other(self):
        server = self.start()
        port = server.port()
        with client(port) as other:
            connection = client(port)
            echoed(self, connection, b"hello")
            lesson.reset(connection)
            server.says(rf"^{NAME} ended: receive: Connection reset by peer \(ECONNRESET\)$")
            echoed(self, other, b"hello")

    def test_a_connect_that_is_refused_is_a_sentence_for_one_client(self):
        port = lesson.fixed_port()
        server = self.start(f"127.0.0.1:{port}")
        for _ in range(3):
            with client(server.port()) as connection:
                self.assertEqual(receive_to_the_end(connection), b"")
        server.says(rf"^{NAME} ended: connect: Connection refused \(ECONNREFUSED\)$")
        with socket.create_server(("127.0.0.1", port)) as listener:
            with client(server.port()) as connection, accepted(listener) as other:
                other.sendall(b"now")
                self.assertEqual(receive_exactly(connection, 3), b"now")

    def test_a_server_without_room_is_waited_for(self):
        with tempfile.TemporaryDirectory() as folder:
            path = folder + "/socket"
            tcp = socket.create_server(("127.0.0.1", 0), backlog=0)
            local = socket.socket(socket.AF_UNIX)
            local.bind(path)
            local.listen(0)
            for listener, endpoint in ((tcp, "127.0.0.1:{}".format(tcp.getsockname()[1])),
                                       (local, f"unix:{path}")):
                with self.subTest(endpoint), listener:
                    self.waited_for(listener, endpoint)

    def waited_for(self, listener, endpoint):
        with socket.socket(listener.family) as first:  # it fills the queue of a backlog of 0
            first.connect(listener.getsockname())
            server = self.start(endpoint)
            port = server.port()
            with client(port) as late:
                late.sendall(b"patience")
                server.says(rf"^{NAME} came$")
                self.assertIdle(server)
                self.assertFalse(any("connected" in line for line in server.output()))
                with client(port) as later:  # who waits holds up nobody
                    later.sendall(b"patience")
                    server.says(r"^127\.0\.0\.1:{} came$".format(later.getsockname()[1]))
                    accepted(listener).close()
                    with accepted(listener) as other:
                        server.says(rf"^{NAME} is connected$")
                        self.assertEqual(receive_exactly(other, 8), b"patience")
            self.assertEqual(server.asked_to_stop(), 0)

    def test_a_server_without_descriptors_waits_for_some(self):
        server = self.start()
        port = server.port()
        clients = [client(port)]
        echoed(self, clients[0], b"hello")
        held = len(os.listdir(f"/proc/{server.process.pid}/fd"))
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (held, held))
        with client(port) as late:
            late.sendall(b"at last")
            server.says(r"^accept: .*\(EMFILE\)$")
            self.assertIdle(server)
            echoed(self, clients[0], b"still there")
            clients[0].close()
            self.assertEqual(receive_exactly(late, 7), b"at last")

    def test_clients_that_have_gone_leave_nothing_behind(self):
        server = self.start()
        port = server.port()

        def held():
            return len(os.listdir(f"/proc/{server.process.pid}/fd"))

        before = held()
        for number in range(50):
            with client(port) as connection:
                echoed(self, connection, b"%d" % number)
                if number % 2:
                    lesson.reset(connection)
        wait_until(lambda: held() == before, "their descriptors are closed")
        self.assertIdle(server)

    def test_a_signal_ends_it_and_its_clients(self):
        for by in (signal.SIGTERM, signal.SIGINT):
            server = self.start()
            with client(server.port()) as connection:
                echoed(self, connection, b"hello")
                self.assertEqual(server.asked_to_stop(by), 0)
                self.assertEqual(receive_to_the_end(connection), b"")
            self.assertEqual(server.output()[-1], "stopping")

    def test_what_can_not_be_is_a_sentence(self):
        self.assertRefuses(r"^(listen|bind): Address already in use \(EADDRINUSE\)(: \S+)?$",
                           self.echo.endpoint)
        self.assertRefuses(r"^parse: ", "localhost")
        self.assertRefuses(r"^parse: ", "127.0.0.1:0", "127.0.0.1:65536")


if __name__ == "__main__":
    lesson.main()

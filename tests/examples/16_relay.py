#!/usr/bin/env python3
"""Lesson 16, between socat, curl and Python's sockets on the one side and socat and nginx on the
other."""

import hashlib
import os
import pathlib
import select
import signal
import socket
import stat
import tempfile
import threading

import lesson
import host
from lesson import LessonTest, client, receive_exactly, receive_to_the_end, socat
from nginx import Nginx, curl

REFUSED = r"refused: dial: Connection refused \(ECONNREFUSED\): "
RESET = r"cut off: (receive|send): (Connection reset by peer|Broken pipe)"


def digest(content):
    return hashlib.sha256(content).hexdigest()


def fill(connection, pause=0.3):
    """Sends until nobody has taken any of it for that long, or 64 MiB; how many bytes were taken."""
    sent = 0
    connection.setblocking(False)
    while sent < 64 << 20 and select.select([], [connection], [], pause)[1]:
        sent += connection.send(bytes(1 << 16))
    connection.settimeout(lesson.PATIENCE)
    return sent


class Relay(LessonTest):
    def folder(self):
        return pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def relay(self, target):
        """One that listens on a free port, and the port."""
        relay = self.lesson("127.0.0.1:0", target)
        return relay, relay.port()

    def listener(self):
        listener = self.enterContext(socket.create_server(("127.0.0.1", 0)))
        listener.settimeout(lesson.PATIENCE)
        return listener, "127.0.0.1:{}".format(listener.getsockname()[1])

    def ends(self):
        """A relay, and both ends of a connection through it."""
        listener, target = self.listener()
        relay, port = self.relay(target)
        return relay, *self.connected(listener, port)

    def connected(self, listener, port):
        ours = self.enterContext(client(port))
        theirs = self.enterContext(listener.accept()[0])
        theirs.settimeout(lesson.PATIENCE)
        return ours, theirs

    def assertReset(self, connection):
        """What it receives ends in a reset, never in what looks like an end."""
        with self.assertRaises(ConnectionResetError):
            receive_to_the_end(connection)

    def socat_server(self, command, *where):
        """A socat that listens at one of these and serves each client with this command."""
        server = self.lesson("-d", "-d", *where, f"EXEC:{command}", program="socat")
        server.complains("listening on")

    def test_curl_gets_the_same_through_it_as_from_nginx(self):
        with Nginx() as nginx:
            large = os.urandom(5_000_000)
            nginx.page("large", large)
            nginx.page("empty", b"")
            for target in (f"127.0.0.1:{nginx.port}", f"localhost:{nginx.port}"):
                _, port = self.relay(target)
                for path in ("/", "/large", "/empty", "/nowhere", "/nothing", "/endless/large",
                             "/chunked/large"):
                    with self.subTest(path=path):
                        (status, page), (direct_status, direct_page) = (
                            curl(f"http://127.0.0.1:{at}{path}") for at in (port, nginx.port))
                        self.assertEqual((status, direct_status), (0, 0))
                        self.assertEqual(digest(page), digest(direct_page))
                # Two pages over one connection.
                status, pages = curl(*[f"http://127.0.0.1:{port}/large"] * 2)
                self.assertEqual((status, digest(pages)), (0, digest(large * 2)))

    def test_any_family_to_any_family_both_ways_hash_equal(self):
        folder = self.folder()
        tcp, path = lesson.fixed_port(), folder / "cat"
        self.socat_server("cat", f"TCP-LISTEN:{tcp},bind=127.0.0.1,fork")
        self.socat_server("cat", f"UNIX-LISTEN:{path},fork")
        text = os.urandom(16 << 20)
        for number, (listen, target) in enumerate((
                ("127.0.0.1:0", f"unix:{path}"), ("[::1]:0", f"127.0.0.1:{tcp}"),
                (f"unix:{folder}/in", f"localhost:{tcp}"), ("unix:@ferrule-16-{}".format(os.getpid()),
                                                            f"unix:{path}"))):
            if "[::1]" in listen and host.leaves_out("a relay from IPv6", host.IPV6):
                continue
            with self.subTest(listen=listen, target=target):
                relay = self.lesson(listen, target)
                where = relay.says(r"^listening on (.*)")[1]
                where = where.replace("unix:@", "ABSTRACT-CONNECT:").replace("unix:", "UNIX:")
                if not where[0].isupper():
                    where = f"TCP:{where}"
                self.assertEqual(digest(socat("-t", "60", "-", where, text=text)), digest(text))
                relay.says(rf" ended: {len(text)} bytes there, {len(text)} back$")
                self.assertEqual(relay.asked_to_stop(), 0, number)

    def test_64_mib_each_way_at_once_hash_equal(self):
        relay, ours, theirs = self.ends()
        there, back = os.urandom(64 << 20), os.urandom(64 << 20)

        def send(end, text):
            end.sendall(text)
            end.shutdown(socket.SHUT_WR)

        received = {}

        def receive(end):
            received[end] = digest(receive_to_the_end(end))

        threads = [threading.Thread(target=send, args=(ours, there)),
                   threading.Thread(target=send, args=(theirs, back)),
                   threading.Thread(target=receive, args=(ours,)),
                   threading.Thread(target=receive, args=(theirs,))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(received, {theirs: digest(there),
                                    ours: digest(back)})
        relay.says(rf" ended: {64 << 20} bytes there, {64 << 20} back$")

    def test_a_half_that_ends_is_passed_on_and_the_other_goes_on(self):
        for client_first in (True, False):
            relay, ours, theirs = self.ends()
            first, second = (ours, theirs) if client_first else (theirs, ours)
            first.sendall(b"question")
            first.shutdown(socket.SHUT_WR)
            self.assertEqual(receive_to_the_end(second), b"question")
            for _ in range(100):  # long after the end of the other half
                second.sendall(b"answer")
                self.assertEqual(receive_exactly(first, 6), b"answer")
            self.assertFalse([line for line in relay.output() if " ended" in line])
            second.shutdown(socket.SHUT_WR)
            self.assertEqual(receive_to_the_end(first), b"")
            relay.says(" ended: (8 bytes there, 600 back|600 bytes there, 8 back)$")

    def test_socat_ends_its_half_and_gets_the_answer(self):
        # sha256sum answers when all has come, and that is when it sees the end.
        port = lesson.fixed_port()
        self.socat_server("sha256sum", f"TCP-LISTEN:{port},bind=127.0.0.1,fork")
        relay, relay_port = self.relay(f"127.0.0.1:{port}")
        text = os.urandom(1_000_000)
        answer = socat("-t", "60", "-", f"TCP:127.0.0.1:{relay_port}", text=text)
        self.assertEqual(answer.split()[0].decode(), digest(text))

    def test_a_target_that_is_not_there_is_told_though_the_request_is_not_read(self):
        path = self.folder() / "nobody"
        port = lesson.fixed_port()
        for target, said in ((f"127.0.0.1:{port}", REFUSED + rf"127\.0\.0\.1:{port} ECONNREFUSED$"),
                             (f"unix:{path}", r"refused: connect: No such file or directory "
                                              rf"\(ENOENT\): unix:{path} ENOENT$")):
            relay, relay_port = self.relay(target)
            for _ in range(20):
                with client(relay_port) as connection:
                    connection.sendall(bytes(100_000))
                    # Neither ECONNRESET nor less than the sentence.
                    self.assertEqual(receive_to_the_end(connection).decode(),
                                     f"The relay does not reach {target}\n")
                    connection.sendall(b"x")  # still taken
                    connection.shutdown(socket.SHUT_WR)
            relay.says(said)
            self.assertEqual(relay.asked_to_stop(), 0)

    def test_a_refused_client_that_never_ends_keeps_nobody(self):
        relay, port = self.relay("127.0.0.1:{}".format(lesson.fixed_port()))
        with client(port) as connection:
            self.assertTrue(receive_to_the_end(connection))
            self.assertEqual(relay.asked_to_stop(), 0)

    def test_a_reset_is_passed_on(self):
        for client_first in (True, False):
            relay, ours, theirs = self.ends()
            first, second = (ours, theirs) if client_first else (theirs, ours)
            first.sendall(b"beginning")
            self.assertEqual(receive_exactly(second, 9), b"beginning")
            lesson.reset(first)
            self.assertReset(second)
            relay.says(RESET)

    def test_a_reset_is_passed_on_after_the_end_of_that_half(self):
        for client_first in (True, False):
            relay, ours, theirs = self.ends()
            first, second = (ours, theirs) if client_first else (theirs, ours)
            first.shutdown(socket.SHUT_WR)
            self.assertEqual(receive_to_the_end(second), b"")
            lesson.reset(first)
            relay.says(RESET)
            with self.assertRaises(ConnectionError):
                while True:
                    second.sendall(b"x")

    def test_a_reset_never_looks_like_an_end(self):
        """Not even when the direction that sends there is the one that the kernel tells."""
        listener, target = self.listener()
        _, port = self.relay(target)
        for _ in range(50):
            ours, theirs = self.connected(listener, port)
            theirs.sendall(b"the beginning of an answer")
            ours.recv(1, socket.MSG_PEEK)  # so the relay knows by now that it is connected
            fill(ours, pause=0.02)
            lesson.reset(theirs)
            self.assertReset(ours)

    def test_a_reset_over_a_unix_socket_is_an_end(self):
        path = self.folder() / "relay"
        listener, target = self.listener()
        relay = self.lesson(f"unix:{path}", target)
        relay.says("^listening on unix:")
        with socket.socket(socket.AF_UNIX) as ours:
            ours.settimeout(lesson.PATIENCE)
            ours.connect(str(path))
            theirs = listener.accept()[0]
            theirs.sendall(b"beginning")
            self.assertEqual(receive_exactly(ours, 9), b"beginning")
            lesson.reset(theirs)
            self.assertEqual(receive_to_the_end(ours), b"")
            relay.says(RESET)

    def test_a_client_that_resets_is_no_matter_to_others(self):
        listener, target = self.listener()
        _, port = self.relay(target)
        other, others_target = self.connected(listener, port)
        for _ in range(10):
            ours, _ = self.connected(listener, port)
            lesson.reset(ours)
        other.sendall(b"hello")
        self.assertEqual(receive_exactly(others_target, 5), b"hello")

    def test_who_does_not_read_holds_up_the_sender(self):
        _, ours, theirs = self.ends()
        for end in (ours, theirs):
            self.assertLess(fill(end), 64 << 20)

    def test_a_signal_ends_it_while_both_directions_are_blocked(self):
        for by in (signal.SIGTERM, signal.SIGINT):
            relay, ours, theirs = self.ends()
            for end in (ours, theirs):
                fill(end)
            self.assertEqual(relay.asked_to_stop(by), 0)
            relay.says("^stopping$")
            relay.says(r"cut off: (receive|send): A stop was requested")
            for connection in (ours, theirs):
                self.assertReset(connection)

    def test_a_signal_removes_its_path_and_a_dead_ones_is_replaced(self):
        path = self.folder() / "relay"
        for by in (signal.SIGKILL, signal.SIGTERM):
            relay = self.lesson(f"unix:{path}", "127.0.0.1:1")
            relay.says(f"^listening on unix:{path}$")
            self.assertTrue(stat.S_ISSOCK(path.stat().st_mode))
            relay.asked_to_stop(by)
        self.assertFalse(path.exists())

    def test_50_connections_leave_nothing_behind(self):
        listener, target = self.listener()
        relay, port = self.relay(target)

        def held(what):
            return len(os.listdir(f"/proc/{relay.process.pid}/{what}"))

        descriptors, threads = held("fd"), held("task")
        for number in range(50):
            ours, theirs = self.connected(listener, port)
            ours.sendall(b"%d" % number)
            ours.shutdown(socket.SHUT_WR)
            self.assertEqual(receive_to_the_end(theirs), b"%d" % number)
            if number % 3:
                theirs.close()
                self.assertEqual(receive_to_the_end(ours), b"")
                ours.close()
            else:
                lesson.reset(theirs)
                self.assertReset(ours)
        lesson.wait_until(lambda: held("fd") == descriptors, "their descriptors are closed")
        # A sanitizer may have one more of its own.
        lesson.wait_until(lambda: held("task") <= threads + 1, "their threads have ended")

    def test_what_can_not_be_is_a_sentence(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            self.assertRefuses(r"^(bind|listen): Address already in use \(EADDRINUSE\)(: \S+)?$",
                               "127.0.0.1:{}".format(other.getsockname()[1]), "127.0.0.1:1")
        self.assertRefuses(r"^parse: .*port is above 65535", "127.0.0.1:65536", "127.0.0.1:1")


if __name__ == "__main__":
    lesson.main()

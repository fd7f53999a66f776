#!/usr/bin/env python3
"""Lesson 24, against nginx on a host of the test's own, where one family is dead or both are:
output and exit status are curl's."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import threading
import time

import lesson
import own_host
from lesson import LessonTest
from nginx import Nginx, curl


def make_host():
    """Loopback, and a network with one neighbour, .9 and ::9, who never answers."""
    own_host.enter()
    for command in (
            "ip link add v0 type veth peer name v1", "ip link set v0 up", "ip link set v1 up",
            "ip addr add 192.0.2.1/24 dev v0", "ip -6 addr add 2001:db8::1/64 dev v0 nodad",
            "ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev v0",
            "ip -6 neigh add 2001:db8::9 lladdr 02:00:00:00:00:09 dev v0"):
        own_host.run(command)
    own_host.names("127.0.0.1 localhost", "::1 localhost",
                   "2001:db8::9 half.test", "127.0.0.1 half.test",
                   "2001:db8::9 dead.test", "192.0.2.9 dead.test")


class MiniCurl(LessonTest):
    def get(self, *arguments):
        """(exit status, standard output, standard error)"""
        done = subprocess.run([self.program, *arguments], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=lesson.PATIENCE)
        return done.returncode, done.stdout, done.stderr.decode()

    def assertAsCurl(self, *arguments):
        status, page, said = self.get(*arguments)
        self.assertEqual((status, page), curl(*arguments), said)
        return status, page, said

    @contextlib.contextmanager
    def server(self, converse, times=1):
        """A server of so many connections, in a thread: converse(connection) after a request."""
        def serve():
            for _ in range(times):
                connection, _ = listener.accept()
                connection.settimeout(lesson.PATIENCE)
                with connection, contextlib.suppress(OSError):  # the client may have had enough
                    request = b""
                    while b"\r\n\r\n" not in request:
                        request += connection.recv(65536)
                    converse(connection)

        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(lesson.PATIENCE)
            thread = threading.Thread(target=serve)
            thread.start()
            try:
                yield "http://127.0.0.1:{}/".format(listener.getsockname()[1])
            finally:
                thread.join()

    def connected(self, said):
        """Where it says that it has connected, and after how many milliseconds."""
        match = re.fullmatch(r"connected to (\S+) after (\d+) ms\n", said)
        self.assertTrue(match, said)
        return match[1], int(match[2])

    def test_pages_are_curls(self):
        with Nginx("127.0.0.1", "::1") as nginx:
            nginx.page("empty", b"")
            nginx.page("large", os.urandom(5_000_000))
            for host in ("localhost", "127.0.0.1", "[::1]"):
                for path in ("", "/", "/empty", "/large", "/nowhere", "/early?q=1#part", "?q=2",
                             "/nothing", "/moved", "/chunked/large", "/chunked/empty",
                             "/chunked/index.html", "/endless/large"):
                    with self.subTest(host=host, path=path):
                        status, _, said = self.assertAsCurl(f"http://{host}:{nginx.port}{path}")
                        self.assertEqual((status, said), (0, ""))

    def test_requests_are_curls(self):
        with Nginx() as nginx:
            for count, path in enumerate(("/", "/a?b=c#d", "", "?x=/"), 1):
                self.assertAsCurl(f"http://localhost:{nginx.port}{path}")
                ours, of_curl = nginx.log(2 * count)[-2:]
                self.assertEqual(ours, of_curl)

    def test_the_pages_are_really_chunked_and_endless(self):
        with Nginx() as nginx:
            for path, field in (("chunked", b"\r\nTransfer-Encoding: chunked\r\n"),
                                ("endless", b"\r\nConnection: close\r\n")):
                _, head = curl("--head", "--request", "GET", "--max-time", "60",
                               f"http://127.0.0.1:{nginx.port}/{path}/index.html")
                self.assertIn(field, head)
                self.assertNotIn(b"Content-Length", head)

    def test_a_family_without_a_listener_is_no_delay(self):
        for address, name in (("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")):
            with Nginx(address) as nginx:
                status, page, said = self.get("-v", f"http://localhost:{nginx.port}/")
                self.assertEqual((status, page), curl(f"http://localhost:{nginx.port}/"))
                self.assertEqual(status, 0)
                self.assertEqual(self.connected(said)[0], f"{name}:{nginx.port}")

    def test_a_family_that_does_not_answer_costs_a_quarter_of_a_second(self):
        with Nginx() as nginx:
            fastest = 1_000_000
            for _ in range(5):
                status, page, said = self.get("-v", f"http://half.test:{nginx.port}/")
                self.assertEqual((status, page), (0, b"<p>Hello from nginx</p>\n"))
                endpoint, time_taken = self.connected(said)
                self.assertEqual(endpoint, f"127.0.0.1:{nginx.port}")
                self.assertGreaterEqual(time_taken, 250)
                fastest = min(fastest, time_taken)
            self.assertLessEqual(fastest, 400)

    def test_refused_by_all_is_one_sentence_that_names_each(self):
        port = lesson.fixed_port()
        status, page, said = self.assertAsCurl(f"http://localhost:{port}/")
        self.assertEqual((status, page), (7, b""))
        self.assertEqual(said, f"dial: Connection refused (ECONNREFUSED): [::1]:{port} "
                               f"ECONNREFUSED, 127.0.0.1:{port} ECONNREFUSED\n")

    def test_nobody_answers_within_the_time(self):
        status, page, said = self.assertAsCurl("-m", "0.6", "http://dead.test/")
        self.assertEqual((status, page), (28, b""))
        self.assertEqual(said, "dial: The deadline passed (deadline_exceeded): [2001:db8::9]:80 deadline_exceeded, "
                               "192.0.2.9:80 deadline_exceeded\n")

    def test_a_deadline_is_for_everything(self):
        def dribble(connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while True:
                connection.sendall(b"x")
                time.sleep(0.02)

        def silent(connection):
            while connection.recv(65536):
                pass

        for converse in (dribble, silent):
            with self.server(converse) as url:
                started = time.monotonic()
                status, page, said = self.get("-m", "0.5", url)
                took = time.monotonic() - started
            self.assertEqual(status, 28)
            self.assertEqual(set(page), set(b"x") if converse is dribble else set())
            self.assertGreaterEqual(took, 0.5)
            self.assertLess(took, 20)
            self.assertIn("receive: The deadline passed (deadline_exceeded)", said)

    def test_in_time_a_deadline_is_no_matter(self):
        with Nginx() as nginx:
            for limit in ("0", "60", "1e3"):
                self.assertEqual(self.get("-m", limit, f"http://localhost:{nginx.port}/")[0], 0)

    def test_a_signal_ends_it_while_it_connects_and_while_it_receives(self):
        for by in (signal.SIGINT, signal.SIGTERM):
            ours = self.lesson("http://dead.test/")
            lesson.wait_until(lambda: "SYN-SENT" in subprocess.run(
                ["ss", "-Htan"], stdout=subprocess.PIPE, check=True, text=True).stdout, "it dials")
            self.assertEqual(ours.asked_to_stop(by), 130)
            self.assertRegex(ours.complaint(), r"^dial: A stop was requested \(stopped\): "
                                               r"\[2001:db8::9\]:80 stopped")

            asked = threading.Event()

            def silent(connection):
                asked.set()
                while connection.recv(65536):
                    pass

            with self.server(silent) as url:
                ours = self.lesson(url)
                self.assertTrue(asked.wait(lesson.PATIENCE))
                self.assertEqual(ours.asked_to_stop(by), 130)
            self.assertEqual(ours.complaint(), "receive: A stop was requested (stopped)")

    def test_what_came_before_a_signal_is_there(self):
        def half(connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\nthe first half\n")
            while connection.recv(65536):
                pass

        with self.server(half) as url:
            ours = self.lesson(url)
            port = int(re.search(r":(\d+)/", url)[1])

            def received():
                row = subprocess.run(
                    ["ss", "-Htn", "state", "established", f"dport = :{port}"],
                    stdout=subprocess.PIPE, check=True, text=True).stdout.split()
                info = subprocess.run(["ss", "-Htni", "state", "established", f"dport = :{port}"],
                                      stdout=subprocess.PIPE, check=True, text=True).stdout
                return row and row[0] == "0" and re.search(r"bytes_received:\d\d", info)

            lesson.wait_until(received, "it has received what there is")
            self.assertEqual(ours.asked_to_stop(), 130)
        ours.says("^the first half$")

    def test_answers_that_are_none_have_curls_status(self):
        head = b"HTTP/1.1 200 OK\r\n"
        chunked = head + b"Transfer-Encoding: chunked\r\n\r\n"
        for answer in (
                b"", b"HT", b"220 mail ready\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n",
                head + b"Content-Length: five\r\n\r\n", head + b"Content-Length: 5\r\n\r\nhel",
                chunked + b"5\r\nhello\r\n0\r\n\r\n", chunked + b"5\r\nhel",
                chunked + b"A;a=b\r\n0123456789\r\n00\r\nTrailer: x\r\n\r\n",
                chunked, chunked + b"5\r\nhello\r\n0\r\n", chunked + b"5\r\nhelloworld\r\n",
                chunked + b"x\r\nhello\r\n0\r\n\r\n", chunked + b"5\r\nhello"):
            with self.subTest(answer=answer):
                with self.server(lambda connection: connection.sendall(answer), 2) as url:
                    self.assertAsCurl(url)

    def test_a_reset_has_curls_status(self):
        with self.server(lesson.reset, 2) as url:
            status, _, said = self.assertAsCurl(url)
        self.assertEqual((status, said), (56, "receive: Connection reset by peer (ECONNRESET)\n"))

    def test_what_is_no_url_has_curls_status(self):
        for url in ("http://nobody.invalid/", "http://localhost:65536/", "http://localhost:x/",
                    "gopher//", "http://[::1/"):
            status, _, said = self.assertAsCurl(url)
            self.assertGreater(status, 0)
            self.assertTrue(said)
        self.assertEqual(self.get("https://localhost/")[0], 1)
        self.assertEqual(self.get("http://localhost/a b")[0], 3)
        for arguments in (("-m", "x"), ("-m",), ("-m", "-1"), ("-m", ""), ("-x",)):
            self.assertEqual(self.get(*arguments)[0], 2, arguments)

    def test_standard_output_that_is_full_is_a_sentence(self):
        with Nginx() as nginx, open("/dev/full", "wb") as full:
            done = subprocess.run([self.program, f"http://localhost:{nginx.port}/"], stdout=full,
                                  stderr=subprocess.PIPE, timeout=lesson.PATIENCE)
        self.assertEqual((done.returncode, done.stderr),
                         (23, b"Standard output takes no more\n"))


if __name__ == "__main__":
    make_host()
    lesson.main()

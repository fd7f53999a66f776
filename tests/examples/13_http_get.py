#!/usr/bin/env python3
"""Lesson 13, against nginx, where its output is curl's, and servers that misbehave."""

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time

import lesson
import own_host
from lesson import LessonTest
from nginx import Nginx, curl

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


class HttpGet(LessonTest):
    def get(self, url):
        """(exit status, standard output, standard error)"""
        done = subprocess.run([self.program, url], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=lesson.PATIENCE)
        return done.returncode, done.stdout, done.stderr.decode()

    def assertAsCurl(self, url):
        status, page, said = self.get(url)
        self.assertEqual((status, page), curl(url), said)
        return page, said

    @contextlib.contextmanager
    def server(self, converse):
        """One connection of it, in a thread: converse(connection) once the request is there."""
        def serve():
            connection, _ = listener.accept()
            connection.settimeout(lesson.PATIENCE)
            with connection:
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

    def answer(self, *pieces):
        """What it makes of an answer that comes in these pieces, each in a segment."""
        def converse(connection):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for piece in pieces:
                connection.sendall(piece)

        with self.server(converse) as url:
            return self.get(url)

    def test_the_output_is_curls(self):
        with Nginx() as nginx:
            nginx.page("empty", b"")
            nginx.page("large", os.urandom(5_000_000))
            nginx.page("lines", b"\r\n\r\nContent-Length: 3\r\n\r\n")
            host = f"127.0.0.1:{nginx.port}"
            for path in ("", "/", "/index.html", "/empty", "/large", "/lines", "/nowhere",
                         "/early?q=a%20b", "/early?q=1#part", "/?", "?q=2", "/nothing", "/moved",
                         "/endless/large", "/endless/index.html"):
                with self.subTest(path=path):
                    self.assertAsCurl("http://" + host + path)
                    self.assertAsCurl(host + path)

    def test_the_request_is_curls(self):
        with Nginx() as nginx:
            for count, path in enumerate(("/", "/a?b=c#d", "", "?x=/"), 1):
                self.assertAsCurl(f"http://localhost:{nginx.port}{path}")
                ours, of_curl = sorted(nginx.log(2 * count)[-2:])
                self.assertEqual(ours, of_curl)

    def test_it_says_what_happens(self):
        with Nginx() as nginx:
            page, said = self.assertAsCurl(f"http://127.0.0.1:{nginx.port}/")
            self.assertEqual(said.splitlines(), [
                f"127.0.0.1 is 127.0.0.1:{nginx.port}", f"connected to 127.0.0.1:{nginx.port}",
                "HTTP/1.1 200 OK", f"a page of {len(page)} bytes"])
            _, said = self.assertAsCurl(f"http://127.0.0.1:{nginx.port}/nowhere")
            self.assertIn("HTTP/1.1 404 Not Found\n", said)

    def test_a_name_is_reached_over_the_family_that_answers(self):
        for address, name in (("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")):
            with Nginx(address) as nginx:
                page, said = self.assertAsCurl(f"http://localhost:{nginx.port}/")
                for each in ("127.0.0.1", "[::1]"):
                    self.assertIn(f"localhost is {each}:{nginx.port}\n", said)
                self.assertIn(f"connected to {name}:{nginx.port}\n", said)
                self.assertAsCurl(f"http://{name}:{nginx.port}/")

    def test_an_answer_in_any_pieces_is_the_same(self):
        for pieces in ([GOOD], [bytes([byte]) for byte in GOOD],
                       *([GOOD[:cut], GOOD[cut:]] for cut in range(1, len(GOOD)))):
            status, page, said = self.answer(*pieces)
            self.assertEqual((status, page), (0, b"hello"), said)

    def test_what_comes_after_the_page_is_not_of_it(self):
        self.assertEqual(self.answer(GOOD + b" and more")[:2], (0, b"hello"))

    def test_a_head_that_comes_before_the_answer_is_passed_over(self):
        for early in (b"HTTP/1.1 100 Continue\r\n\r\n",
                      b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"):
            self.assertEqual(self.answer(early + GOOD)[:2], (0, b"hello"))

    def test_names_of_fields_are_read_in_any_letters(self):
        for field in (b"content-length:5", b"CONTENT-LENGTH: \t5 \t", b"Content-length:  5"):
            answer = b"HTTP/1.1 200 OK\r\nX-Content-Length: 2\r\n" + field + b"\r\n\r\nhello"
            self.assertEqual(self.answer(answer + b"!")[:2], (0, b"hello"))

    def test_without_a_length_the_end_is_the_end(self):
        self.assertEqual(self.answer(b"HTTP/1.0 200 OK\r\n\r\nhel", b"lo")[:2], (0, b"hello"))

    def test_an_answer_that_is_none_is_a_sentence(self):
        head = b"HTTP/1.1 200 OK\r\n"
        for answer, sentence, page in (
                (b"", "The server has ended before its answer began", b""),
                (head, "The server has ended before its answer began", b""),
                (b"220 mail ready\r\n\r\n", "The server does not speak HTTP/1", b""),
                (b"HTTP/1.1\r\n\r\n", "The server does not speak HTTP/1", b""),
                (head + b"a: b\r\n" * 20_000, "The head of the answer has no end", b""),
                (head + b"Content-Length: five\r\n\r\n", "The length of the page is no number",
                 b""),
                (head + b"Content-Length: -5\r\n\r\n", "The length of the page is no number", b""),
                (head + b"Content-Length: 99999999999999999999\r\n\r\n",
                 "The length of the page is no number", b""),
                (head + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                 "The server sends its page in chunks: see lesson 24", b""),
                (GOOD[:-2], "The server has ended after 3 of 5 bytes", b"hel")):
            with self.subTest(answer=answer[:60]):
                def converse(connection):
                    with contextlib.suppress(OSError):  # it may have had enough
                        connection.sendall(answer)
                with self.server(converse) as url:
                    status, printed, said = self.get(url)
                self.assertEqual((status, printed, said.splitlines()[-1]), (1, page, sentence))

    def test_a_reset_is_a_sentence(self):
        with self.server(lesson.reset) as url:
            status, page, said = self.get(url)
        self.assertEqual((status, page), (1, b""))
        self.assertIn("receive: Connection reset by peer (ECONNRESET)\n", said)

    def test_nothing_of_a_stranger_commands_the_terminal(self):
        said = self.answer(b"HTTP/1.1 200 \x1b[31mred\r\nContent-Length: 0\r\n\r\n")[2]
        self.assertIn("HTTP/1.1 200 .[31mred\n", said)

    def test_a_signal_ends_it_while_the_server_is_silent(self):
        for by in (signal.SIGINT, signal.SIGTERM):
            asked, over = threading.Event(), threading.Event()

            def converse(_):
                asked.set()
                over.wait(lesson.PATIENCE)

            with self.server(converse) as url:
                ours = self.lesson(url)
                self.assertTrue(asked.wait(lesson.PATIENCE))
                started = time.monotonic()
                self.assertEqual(ours.asked_to_stop(by), 1)
                self.assertLess(time.monotonic() - started, 20)  # not the half minute
                over.set()
            self.assertIn("receive: A stop was requested (stopped)", ours.complaint())

    def test_what_can_not_be_reached_is_a_sentence(self):
        port = lesson.fixed_port()
        self.assertRefuses(rf"(?m)^dial: Connection refused \(ECONNREFUSED\): 127\.0\.0\.1:{port} "
                           r"ECONNREFUSED$", f"127.0.0.1:{port}")
        self.assertRefuses(r"^resolve: The service is no port and no name", "localhost:65536")
        self.assertRefuses(r"^resolve: The host is no name and no address", "127.1:80")
        self.assertRefuses(r"^resolve: The host is no name and no address", "http:///path")
        self.assertRefuses(r"^parse: An IPv6 endpoint is written \[address\]:port", "::1")
        self.assertRefuses(r"^A URL has no blanks$", "localhost/a b")
        self.assertRefuses(r"^A URL has no blanks$", "localhost/\r\nX: y")


if __name__ == "__main__":
    own_host.enter()
    own_host.names("127.0.0.1 localhost", "::1 localhost")
    lesson.main()

#!/usr/bin/env python3
"""Lesson 14, by curl, and by python3 with what no browser sends."""

import os
import pathlib
import signal
import subprocess
import tempfile

import lesson
from lesson import LessonTest


class HttpServer(LessonTest):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.large = os.urandom(3_000_000)
        pathlib.Path(self.folder, "large").write_bytes(self.large)
        pathlib.Path(self.folder, "empty").write_bytes(b"")
        pathlib.Path(self.folder, "under").mkdir()
        pathlib.Path(self.folder, "under/file.txt").write_text("below\n")
        pathlib.Path(self.folder, "way-out").symlink_to("/etc/passwd")
        self.server = self.lesson(self.folder, "127.0.0.1:0")
        self.port = self.server.port()

    def curl(self, *arguments):
        return subprocess.run(["curl", "-sS", "--path-as-is", "-m", "60", *arguments],
                              stdout=subprocess.PIPE, timeout=lesson.PATIENCE, check=True).stdout

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def raw(self, request):
        with lesson.client(self.port) as client:
            client.sendall(request)
            return lesson.receive_to_the_end(client)

    def test_files_are_as_they_are(self):
        self.assertEqual(self.curl(self.url("/large")), self.large)
        self.assertEqual(self.curl(self.url("/empty")), b"")
        self.assertEqual(self.curl(self.url("/under/file.txt?q=1")), b"below\n")

    def test_one_connection_serves_many_requests(self):
        said = subprocess.run(
            ["curl", "-sSv", "-m", "60", "-o", "/dev/null", self.url("/large"), "-o", "/dev/null",
             self.url("/under/file.txt"), "-o", "/dev/null", self.url("/nowhere")],
            stderr=subprocess.PIPE, timeout=lesson.PATIENCE, check=True).stderr.decode()
        self.assertEqual(said.count("Re-using existing connection"), 2, said)

    def test_parallel_requests(self):
        many = [argument for _ in range(20) for argument in ("-o", "/dev/null", self.url("/large"))]
        self.curl("-Z", "--parallel-max", "20", *many)

    def test_what_is_not_below_the_folder_is_not_found(self):
        for path in ("/nowhere", "/", "/under", "/../" + pathlib.Path(self.folder).name + "/large/..",
                     "/../../../../../../../../etc/passwd", "/way-out", "//etc/passwd", "/under/../.."):
            status = self.curl("-o", "/dev/null", "-w", "%{http_code}", self.url(path))
            self.assertEqual(status, b"404", path)

    def test_a_head_has_no_body(self):
        head = self.curl("-I", self.url("/large")).decode()
        self.assertIn("HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n", head)

    def test_what_is_no_request_is_answered(self):
        for request, status in ((b"\r\n\r\n", 400), (b"hello\r\n\r\n", 400),
                                (b"GET /large SMTP\r\n\r\n", 400), (b"GET large HTTP/1.1\r\n\r\n", 400),
                                (b"GET /\0 HTTP/1.1\r\n\r\n", 400), (b"x" * 9000, 400),
                                (b"POST /large HTTP/1.1\r\nContent-Length: 5\r\n\r\n", 405)):
            self.assertTrue(self.raw(request).startswith(b"HTTP/1.1 %d " % status), request[:40])

    def test_requests_before_their_turn_are_answered_in_order(self):
        request = b"GET /under/file.txt HTTP/1.1\r\n\r\n" * 3
        answer = self.raw(request + b"GET /empty HTTP/1.0\r\n\r\n")
        self.assertEqual(answer.count(b"below\n"), 3)
        self.assertTrue(answer.endswith(b"Content-Length: 0\r\nConnection: close\r\n\r\n"))

    def test_it_gets_its_port_again_at_once(self):
        self.raw(b"GET /empty HTTP/1.0\r\n\r\n")  # it closes first: TIME_WAIT is here
        self.assertEqual(self.server.asked_to_stop(signal.SIGINT), 0)
        again = self.lesson(self.folder, f"127.0.0.1:{self.port}")
        self.assertEqual(again.port(), self.port)


if __name__ == "__main__":
    lesson.main()

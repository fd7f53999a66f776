#!/usr/bin/env python3
"""Lesson 15, against redis-server, and against servers that misbehave."""

import re
import subprocess
import tempfile
import threading
import socket

import lesson
from lesson import LessonTest


class RedisClient(LessonTest):
    def redis(self):
        """The port of a redis-server of our own."""
        port = lesson.fixed_port()
        folder = self.enterContext(tempfile.TemporaryDirectory())
        server = subprocess.Popen(
            ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
            stdout=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)

        def is_up():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0
        lesson.wait_until(is_up, "redis-server listens")
        return port

    def ask(self, port, *words):
        done = subprocess.run([self.program, f"127.0.0.1:{port}", *words], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=lesson.PATIENCE)
        return done.returncode, done.stdout.decode().rstrip("\n"), done.stderr.decode().rstrip("\n")

    def test_answers_of_every_kind(self):
        port = self.redis()
        large = "x" * 100_000
        for words, answer in ((("PING",), "PONG"), (("SET", "name", large), "OK"),
                              (("GET", "name"), f'"{large}"'), (("GET", "nobody"), "(nil)"),
                              (("INCR", "visits"), "(integer) 1"), (("SET", "empty", ""), "OK"),
                              (("GET", "empty"), '""'),
                              (("RPUSH", "list", "a", "b c", ""), "(integer) 3"),
                              (("LRANGE", "list", "0", "-1"), '(list) "a" "b c" ""'),
                              (("SET", "bytes", "a\r\nb"), "OK"), (("GET", "bytes"), '"a..b"')):
            self.assertEqual(self.ask(port, *words), (0, answer, ""))
        self.assertRegex(self.ask(port, "NOSUCH")[1], r"^\(error\) ERR unknown command")

    def test_what_it_measures(self):
        port = self.redis()

        def measure():
            status, said, _ = self.ask(port)
            self.assertEqual(status, 0)
            each = [float(time) for time in re.findall(r": (\d+) us each$", said, re.M)]
            self.assertEqual(len(each), 4, said)
            return each[1] < each[0] and 10 * each[3] < each[2]  # Nagle's algorithm costs 40 ms

        # A busy machine may be late, but not three times.
        self.assertTrue(any(measure() for _ in range(3)))

    def served(self, *answers):
        """What it says of a server that answers so, whatever it is asked."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(lesson.PATIENCE)

            def serve():
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(lesson.PATIENCE)
                    connection.recv(65536)
                    for answer in answers:
                        connection.sendall(answer)
            thread = threading.Thread(target=serve)
            thread.start()
            done = self.ask(listener.getsockname()[1], "PING")
            thread.join()
            return done

    def test_servers_that_misbehave(self):
        for answer, sentence in ((b"HTTP/1.1 400\r\n", "The server does not speak RESP"),
                                 (b"\r\n", "The server does not speak RESP"),
                                 (b"*1\r\n" * 20, "The server does not speak RESP"),
                                 (b"$many\r\n", "The server sends no number where one belongs"),
                                 (b"$99999999999\r\n", "receive: Message too long (EMSGSIZE)"),
                                 (b"$2\r\nabc\r\n", "The server does not speak RESP"),
                                 (b"+" + b"x" * 5000, "receive: Message too long (EMSGSIZE)"),
                                 (b"$5\r\nab", "receive: The peer has ended the stream (end_of_stream)"
                                               ", after 2 bytes")):
            self.assertEqual(self.served(answer), (1, "", sentence))

    def test_an_answer_in_any_pieces_is_the_same(self):
        answer = b"*2\r\n$3\r\nabc\r\n:5\r\n"
        self.assertEqual(self.served(*(answer[at:at + 1] for at in range(len(answer)))),
                         (0, '(list) "abc" (integer) 5', ""))


if __name__ == "__main__":
    lesson.main()

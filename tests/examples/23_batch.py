#!/usr/bin/env python3
"""Lesson 23: python3 counts what it sends, and sends what it counts."""

import re
import signal
import socket
import subprocess

import lesson
from lesson import LessonTest


class Batch(LessonTest):
    def test_as_many_datagrams_arrive_as_were_sent(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
            receiver.settimeout(lesson.PATIENCE)
            receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_000_000)
            receiver.bind(("127.0.0.1", 0))
            port = receiver.getsockname()[1]
            done = subprocess.run([self.program, "send", f"127.0.0.1:{port}", "50"], check=True,
                                  stdout=subprocess.PIPE, timeout=lesson.PATIENCE)
            self.assertRegex(done.stdout.decode(),
                             r"^one by one: \d+ thousand a second\nin batches of 64: \d+ thousand a "
                             r"second\nin segments: \d+ thousand a second\n$")
            for _ in range(3 * 50):
                self.assertEqual(receiver.recv(2000), b"x" * 1200)
            receiver.setblocking(False)
            self.assertRaises(BlockingIOError, receiver.recv, 2000)

    def test_it_counts_what_comes(self):
        receiving = self.lesson("receive", "127.0.0.1:0")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for size in [0, 1, 1200, 1200, 1200, 700, 65507]:
                sender.sendto(b"x" * size, ("127.0.0.1", receiving.port()))
        receiving.says(r"^7 received$")
        self.assertEqual(receiving.asked_to_stop(signal.SIGINT), 0)

    def test_segments_are_fastest(self):
        done = subprocess.run([self.program, "20000"], check=True, stdout=subprocess.PIPE,
                              timeout=lesson.PATIENCE)
        speed = [int(each) for each in re.findall(r": (\d+) thousand", done.stdout.decode())]
        self.assertEqual(len(speed), 3)
        if not lesson.POSIX:  # which has no segments: they go one by one
            self.assertGreater(speed[2], speed[0])

    def test_what_is_no_count(self):
        self.assertRefuses(r"^23_batch \[receive\|send\]", "many")


if __name__ == "__main__":
    lesson.main()

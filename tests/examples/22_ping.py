#!/usr/bin/env python3
"""Lesson 22, against the kernel: with the sysctl, with the capability, and with neither."""

import pathlib
import re
import subprocess

import lesson
import own_host
from lesson import LessonTest

GROUPS = pathlib.Path("/proc/sys/net/ipv4/ping_group_range")


class Ping(LessonTest):
    def ping(self, *arguments):
        done = subprocess.run([self.program, *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=lesson.PATIENCE)
        return done.returncode, done.stdout.decode().splitlines(), done.stderr.decode().strip()

    def assertAnswered(self, said, address, kind):
        status, lines, complaint = said
        self.assertEqual((status, complaint), (0, ""))
        for number in (1, 2):
            self.assertTrue(re.fullmatch(rf"{address} answers {number} after \d+ us, hop limit 64",
                                         lines[number - 1]), lines)
        self.assertEqual(lines[2], f"2 sent, 2 answered, by a {kind} socket")

    def test_without_privileges_where_the_sysctl_allows_it(self):
        GROUPS.write_text("0 2147483647")
        for address in ("127.0.0.1", "::1"):
            self.assertAnswered(self.ping(address, "2"), address, "Datagram")

    def test_with_privileges(self):
        GROUPS.write_text("1 0")
        for address in ("127.0.0.1", "::1"):
            self.assertAnswered(self.ping(address, "2"), address, "Raw")
            self.assertAnswered(self.ping(address, "2", "raw"), address, "Raw")

    def test_with_neither_it_says_what_it_takes(self):
        GROUPS.write_text("1 0")
        done = subprocess.run(["setpriv", "--bounding-set=-net_raw", self.program, "127.0.0.1", "1"],
                              stderr=subprocess.PIPE, timeout=lesson.PATIENCE)
        self.assertEqual((done.returncode, done.stderr.decode()), (
            1, "Neither net.ipv4.ping_group_range nor CAP_NET_RAW lets us ping\n"))

    def test_nobody_answers(self):
        GROUPS.write_text("0 2147483647")
        pathlib.Path("/proc/sys/net/ipv4/icmp_echo_ignore_all").write_text("1")
        try:
            self.assertEqual(self.ping("127.0.0.1", "1")[:2], (
                1, ["127.0.0.1 does not answer 1", "1 sent, 0 answered, by a Datagram socket"]))
        finally:
            pathlib.Path("/proc/sys/net/ipv4/icmp_echo_ignore_all").write_text("0")

    def test_what_is_no_address(self):
        self.assertRefuses(r"^parse: ", "localhost")


if __name__ == "__main__":
    own_host.enter()
    lesson.main()

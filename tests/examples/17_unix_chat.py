#!/usr/bin/env python3
"""Lesson 17, by socat, by python3's packets, and as a second user."""

import os
import pathlib
import pwd
import signal
import socket
import stat
import subprocess
import tempfile

import lesson
from lesson import LessonTest

NOBODY = 65534
NAME = pwd.getpwuid(os.getuid()).pw_name


class UnixChat(LessonTest):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        os.chmod(self.folder, 0o755)
        self.path = os.path.join(self.folder, "chat")

    def server(self, *arguments):
        server = self.lesson(self.path, *arguments)
        server.says(rf"^listening on {self.path}$")
        return server

    def members(self, server, count):
        """They are in the room: who is connected only may still wait to be accepted."""
        members = [self.enterContext(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
                   for _ in range(count)]
        for member in members:
            member.settimeout(lesson.PATIENCE)
            member.connect(self.path)
        server.says(rf"^{NAME} \(process {os.getpid()}\) has joined$", times=count)
        return members

    def heard(self, member, text):
        """It hears this, sooner or later."""
        packet = b""
        while packet != text.encode():
            packet = member.recv(2000)
            self.assertNotEqual(packet, b"", f"the end, and no {text!r}")

    def test_a_packet_is_a_message_to_all_others(self):
        server = self.server()
        one, other = self.members(server, 2)
        one.send(b"one")
        one.send(b"two\n")
        one.send(b"\x1b[31mred")
        for text in ("one", "two", ".[31mred"):
            self.heard(other, f"{NAME}: {text}\n")
        one.send(b"x" * 1001)
        one.send(b"y" * 1000)
        self.heard(other, f"{NAME}: {'y' * 1000}\n")
        self.heard(one, "at most 1000 bytes\n")
        one.close()
        self.heard(other, f"{NAME} has left\n")

    def test_socat_is_a_member(self):
        server = self.server()
        [listener] = self.members(server, 1)
        subprocess.run(["socat", "-", f"UNIX-CONNECT:{self.path},type=5"], input=b"by socat\n",
                       stdout=subprocess.DEVNULL, timeout=lesson.PATIENCE, check=True)
        self.heard(listener, f"{NAME}: by socat\n")
        server.says(rf"^{NAME} has left$")

    def test_who_does_not_read_makes_nobody_wait(self):
        silent, one, other = self.members(self.server(), 3)
        for number in range(2000):
            one.send(b"%d" % number)
            self.heard(other, f"{NAME}: {number}\n")
        silent.close()

    def test_the_mode_says_who_may_connect(self):
        for mode, may in (("666", True), ("600", False)):
            server = self.server(mode)
            self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), int(mode, 8))
            if os.getuid() == 0:
                done = subprocess.run(
                    ["socat", "-u", "-", f"UNIX-CONNECT:{self.path},type=5"], input=b"hello\n",
                    stderr=subprocess.PIPE, timeout=lesson.PATIENCE, user=NOBODY, group=NOBODY,
                    extra_groups=[])
                self.assertEqual(done.returncode == 0, may, done.stderr)
                if may:
                    server.says(r"^nobody: hello$")
            self.assertEqual(server.asked_to_stop(signal.SIGINT), 0)
            self.assertFalse(pathlib.Path(self.path).exists())

    def test_what_is_no_mode(self):
        for mode in ("rw", "9", "6666666"):
            self.assertEqual(self.lesson(self.path, mode).status(), 1)


if __name__ == "__main__":
    lesson.main()

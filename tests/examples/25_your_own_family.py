#!/usr/bin/env python3
"""Lesson 25, against the kernel: ip(8) changes what it is told of."""

import signal

import lesson
import own_host
from lesson import LessonTest


class YourOwnFamily(LessonTest):
    def test_the_kernel_says_which_interfaces_there_are_and_which_change(self):
        own_host.run("ip link add name before type veth peer name after")
        family = self.lesson()
        family.says(r"^bound to process \d+$")
        family.says(r"^interface 1 is lo$")
        family.says(r"^interface \d+ is before$")
        family.says(r"^waiting for a change$")
        own_host.run("ip link set after name renamed")
        family.says(r"^interface \d+ is renamed$")
        own_host.run("ip link del before")
        self.assertEqual(family.asked_to_stop(signal.SIGTERM), 0)
        self.assertEqual(family.complaint(), "")


if __name__ == "__main__":
    own_host.enter()
    lesson.main()

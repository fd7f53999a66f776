#!/usr/bin/env python3
"""Lesson 19, against socat and ip: two hosts of the test's own, joined by two veth pairs, and the
loopback of one. The words of the compiler that the lesson quotes are the compiler's.

    19_multicast_discovery.py PROGRAM BUILD gcc|clang
"""

import os
import re
import signal
import socket
import struct
import subprocess
import sys

import lesson
import own_host
import quotes
from lesson import LessonTest, wait_until

GROUPS = ("239.255.88.19", "ff12::8819")
NAME = socket.gethostname()


def make_hosts():
    """This one has v0 and w0, the other one, which lives as long as the process that is returned,
    v1 and w1. The addresses end in 1 here and in 2 there."""
    own_host.enter()
    other = subprocess.Popen(["unshare", "--net", "cat"], stdin=subprocess.PIPE)
    own = os.readlink("/proc/self/ns/net")
    wait_until(lambda: os.readlink(f"/proc/{other.pid}/ns/net") != own, "there is another host")
    there = f"nsenter --net=/proc/{other.pid}/ns/net "
    own_host.run(there + "ip link set lo up")
    for name, network in (("v", "192.0.2"), ("w", "198.51.100")):
        own_host.run(f"ip link add {name}0 type veth peer name {name}1 netns {other.pid}")
        for host, where in (("0", ""), ("1", there)):
            device, last = name + host, int(host) + 1
            for command in (f"ip link set {device} addrgenmode none", f"ip link set {device} up",
                            f"ip addr add {network}.{last}/24 dev {device}",
                            f"ip -6 addr add fe80::{last}/64 dev {device} nodad"):
                own_host.run(where + command)
    for device, where in (("v0", ""), ("w0", ""), ("v1", there), ("w1", there)):
        wait_until(lambda: " state UP " in shown_by(where + f"ip -o link show {device}"),
                   f"{device} is up")
    # Loopback has no way to groups of IPv6 unless it is told.
    own_host.run("ip -6 route add local ff00::/8 dev lo table local")
    return other


def shown_by(command):
    return subprocess.run(command.split(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          check=True, text=True).stdout


class MulticastDiscovery(LessonTest):
    def there(self, *command, **options):
        """A command that runs on the other host."""
        return self.lesson(f"--net=/proc/{OTHER.pid}/ns/net", *command, program="nsenter",
                           **options)

    def answering(self, *arguments, there=True):
        """The lesson answers, on the other host; and its port."""
        start = self.there if there else lambda program, *rest: self.lesson(*rest)
        ours = start(self.program, "answer", *arguments)
        return ours, ours.port(r"^waiting at \[::\]:(\d+)$")

    def asked(self, *arguments):
        """(exit status, {(address, name)} that have answered)"""
        ours = self.lesson("ask", *arguments)
        status = ours.status()
        self.complaint = ours.complaint()
        answers = [re.fullmatch(r"(.*):\d+ is (.*)", line) for line in ours.output()]
        return status, {answer.groups() for answer in answers if answer}

    def assertAnswered(self, arguments, *answers):
        """These answer, and no others. It waits for a second only, which a busy machine may need
        for itself: asked again, nobody is missing."""
        for _ in range(10):
            status, found = self.asked(*arguments)
            self.assertLessEqual(found, set(answers))
            if found == set(answers):
                return self.assertEqual(status, 0)
        self.fail(f"{found} have answered, not {answers}")

    def scope(self):
        return socket.if_nametoindex("v0")

    def test_both_ips_are_asked_and_answer(self):
        ours, port = self.answering("v1", "0")
        for group in GROUPS:
            ours.says(f"^{group} joined$")
        self.assertAnswered(("v0", str(port)), ("192.0.2.2", NAME),
                            (f"[fe80::2%{self.scope()}]", NAME))
        ours.says(r"^192\.0\.2\.1:\d+ asks$")
        ours.says(r"^\[fe80::1%\d+\]:\d+ asks$")

    def test_one_group_of_ones_own(self):
        for group, address in (("239.255.0.77", "192.0.2.2"),
                               ("ff12::77", f"[fe80::2%{self.scope()}]")):
            ours, port = self.answering("v1", "0", group)
            self.assertAnswered(("v0", str(port), group), (address, NAME))
            self.assertEqual(self.asked("v0", str(port))[0], 1)  # the groups of others

    def test_socat_asks(self):
        ours, port = self.answering("v1", "0")
        for target in (f"UDP4-DATAGRAM:{GROUPS[0]}:{port},ip-multicast-if=192.0.2.1",
                       f"UDP6-DATAGRAM:[{GROUPS[1]}%v0]:{port}"):
            socat = self.lesson("-", target, program="socat", stdin=subprocess.PIPE)
            socat.process.stdin.write("who is there?\n")
            socat.process.stdin.flush()
            socat.says(f"^{re.escape(NAME)}$")

    def test_socat_answers(self):
        port = lesson.fixed_port(socket.SOCK_DGRAM)
        for listen in (f"UDP4-RECVFROM:{port},ip-add-membership={GROUPS[0]}:v1,fork",
                       f"UDP6-RECVFROM:{port},ipv6only=1,ipv6-join-group=[{GROUPS[1]}]:v1,fork"):
            self.there("socat", "-d", "-d", listen, "PIPE").complains("receiving on")
        self.assertAnswered(("v0", str(port)), ("192.0.2.2", "who is there?"),
                            (f"[fe80::2%{self.scope()}]", "who is there?"))

    def test_over_loopback(self):
        ours, port = self.answering("lo", "0", there=False)
        # The packet has to have a sender, and loopback's own address of IPv4 may not be it.
        self.assertAnswered(("lo", str(port)), ("192.0.2.1", NAME), ("[::1]", NAME))
        self.assertEqual(ours.asked_to_stop(), 0)

    def test_several_on_one_host_have_the_port_and_all_are_asked(self):
        one, port = self.answering("v1", "0")
        other, _ = self.answering("v1", str(port))
        self.asked("v0", str(port))
        for each in (one, other):
            each.says(r"^192\.0\.2\.1:\d+ asks$")
            each.says(r"^\[fe80::1%\d+\]:\d+ asks$")

    def test_it_is_a_member_on_its_interface_only_and_as_long_as_it_runs(self):
        def members(device):
            return {line.split()[1] for line in shown_by(
                f"nsenter --net=/proc/{OTHER.pid}/ns/net ip maddr show dev {device}").splitlines()
                if "inet" in line} & set(GROUPS)

        ours, port = self.answering("v1", "0")
        self.assertEqual((members("v1"), members("w1")), (set(GROUPS), set()))
        self.assertEqual(self.asked("w0", str(port)), (1, set()))
        self.assertEqual(self.complaint, "Nobody has answered")
        self.assertEqual(ours.asked_to_stop(), 0)
        self.assertFalse([line for line in ours.output() if "asks" in line])
        self.assertEqual(members("v1"), set())

    def test_what_is_no_question_gets_no_answer(self):
        ours, port = self.answering("v1", "0")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.settimeout(lesson.PATIENCE)
            for data in (b"", NAME.encode() + b"\n", b"who is there?", bytes(2000),
                         b"who is there?\n\n", b"who is there?\n"):
                stranger.sendto(data, ("192.0.2.2", port))
            self.assertEqual(stranger.recvfrom(100), (NAME.encode() + b"\n", ("192.0.2.2", port)))
            stranger.setblocking(False)
            with self.assertRaises(BlockingIOError):  # they are answered in order
                stranger.recv(100)
        self.assertEqual(ours.asked_to_stop(), 0)
        self.assertEqual(len([line for line in ours.output() if "asks" in line]), 1)

    def test_an_answer_that_would_command_the_terminal_is_shown_without(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            peer.bind(("", 0))
            peer.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, struct.pack(
                "4s4sI", socket.inet_aton(GROUPS[0]), bytes(4), socket.if_nametoindex("lo")))
            ours = self.lesson("ask", "lo", str(peer.getsockname()[1]), GROUPS[0])
            question, asker = peer.recvfrom(100)
            self.assertEqual(question, b"who is there?\n")
            peer.sendto(b"\x1b[31mred\nand more", asker)
            ours.says(r" is \.\[31mred$")
            self.assertEqual(ours.status(), 0)

    def test_one_ip_is_better_than_nothing(self):
        ours, port = self.answering("v1", "0", GROUPS[0], GROUPS[0])
        ours.says(rf"^{GROUPS[0]}: set option MCAST_JOIN_GROUP: Address already in use")
        self.assertAnswered(("v0", str(port), GROUPS[0]), ("192.0.2.2", NAME))

    def test_the_first_interface_that_can_is_taken(self):
        ours, _ = self.answering("", "0", there=False)
        ours.says(r"^on (v0, 192\.0\.2\.1/24|w0, 198\.51\.100\.1/24) fe80::1/64$")

    def test_a_signal_ends_it(self):
        for by in (signal.SIGINT, signal.SIGTERM):
            ours, _ = self.answering("v1", "0")
            self.assertEqual(ours.asked_to_stop(by), 0)
            ours.says("^stopping$")

    def test_the_words_it_quotes_are_the_compilers(self):
        quotes.hold(self, "19_multicast_discovery.cpp", *sys.argv[2:])

    def test_what_can_not_be_is_a_sentence(self):
        self.assertRefuses("^There is no interface nowhere0$", "ask", "nowhere0")
        self.assertRefuses("^parse: The port is above 65535", "ask", "lo", "65536")
        self.assertRefuses(r"^convert: Invalid argument \(EINVAL\)$", "ask", "lo", "1", "192.0.2.1")
        self.assertRefuses(r"^19_multicast_discovery answer\|ask ")
        self.assertRefuses("^Nobody has answered$", "ask", "v0", "9")


if __name__ == "__main__":
    OTHER = make_hosts()
    try:
        lesson.main()
    finally:
        OTHER.kill()
        OTHER.communicate()

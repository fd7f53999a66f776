#!/usr/bin/env python3
"""Lesson 9, against getsockopt in Python on the very sockets, against ss, and against the compiler,
whose words the lesson quotes.

    09_options.py PROGRAM BUILD gcc|clang
"""

import errno
import re
import signal
import socket
import struct
import subprocess
import sys

import lesson
import quotes
from descriptors import socket_of
from lesson import LessonTest

SOL, TCP, IP, IPV6 = (socket.SOL_SOCKET, socket.IPPROTO_TCP, socket.IPPROTO_IP,
                      socket.IPPROTO_IPV6)


class Options(LessonTest):
    def started(self, *arguments):
        """It, and its four sockets: {which: (what it says of them, the same socket here)}."""
        ours = self.lesson(*arguments or ["127.0.0.1:0"])
        ours.says("^  MulticastLoop ")
        said, sockets = {}, {}
        for line in ours.output():
            if match := re.match(r"(listening|a connection|its other end|both IPs).*"
                                 r"descriptor (\d+)$", line):
                which = match[1]
                said[which] = {}
                sockets[which] = self.enterContext(socket_of(ours.process.pid, int(match[2])))
            else:
                name, _, value = line.strip().partition(" ")
                said[which][name] = value.strip()
        return ours, said, sockets

    def test_what_it_says_is_what_getsockopt_says(self):
        _, said, sockets = self.started()

        def number(which, level, name):
            return sockets[which].getsockopt(level, name)

        def switch(which, level, name):
            return "on" if number(which, level, name) else "off"

        self.assertEqual(said["listening"], {
            "ReuseAddress": switch("listening", SOL, socket.SO_REUSEADDR),
            "AcceptsConnections": switch("listening", SOL, socket.SO_ACCEPTCONN)})
        one = "a connection"
        on, seconds = struct.unpack("ii", sockets[one].getsockopt(SOL, socket.SO_LINGER, 8))
        self.assertEqual(on, 1)
        self.assertEqual(said[one], {
            "NoDelay": switch(one, TCP, socket.TCP_NODELAY),
            "SendBuffer": str(number(one, SOL, socket.SO_SNDBUF) // 2),
            "EffectiveSendBuffer": str(number(one, SOL, socket.SO_SNDBUF)),
            "LingeringClose": f"{seconds} s",
            "KeepAlive": switch(one, SOL, socket.SO_KEEPALIVE),
            "KeepAliveIdle": "{} s".format(number(one, TCP, socket.TCP_KEEPIDLE)),
            "KeepAliveInterval": "{} s".format(number(one, TCP, socket.TCP_KEEPINTVL)),
            "KeepAliveCount": str(number(one, TCP, socket.TCP_KEEPCNT)),
            "UserTimeout": "{} ms".format(number(one, TCP, socket.TCP_USER_TIMEOUT)),
            "TrafficClass": "DSCP {}".format(number(one, IP, socket.IP_TOS) >> 2),
            "CongestionControl": sockets[one].getsockopt(TCP, socket.TCP_CONGESTION, 16)
            .rstrip(b"\0").decode()})
        other = "its other end"
        self.assertEqual(said[other], {
            "NoDelay": switch(other, TCP, socket.TCP_NODELAY),
            "ReceiveBuffer": str(number(other, SOL, socket.SO_RCVBUF) // 2),
            "EffectiveReceiveBuffer": str(number(other, SOL, socket.SO_RCVBUF)),
            "KeepAlive": switch(other, SOL, socket.SO_KEEPALIVE)})

    def test_what_it_asks_for_arrives(self):
        _, said, _ = self.started()
        self.assertEqual({"ReuseAddress": "on", "AcceptsConnections": "on"}, said["listening"])
        for name, value in {
                "NoDelay": "on", "SendBuffer": "50000", "EffectiveSendBuffer": "100000",
                "LingeringClose": "1 s", "KeepAlive": "on", "KeepAliveIdle": "30 s",
                "KeepAliveInterval": "5 s", "KeepAliveCount": "3", "UserTimeout": "1500 ms",
                "TrafficClass": "DSCP 1"}.items():
            self.assertEqual(said["a connection"][name], value, name)
        self.assertEqual(said["its other end"],
                         {"NoDelay": "on", "ReceiveBuffer": "30000",
                          "EffectiveReceiveBuffer": "60000", "KeepAlive": "off"})
        self.assertEqual(said["both IPs"],
                         {"HopLimit": "64", "TrafficClass": "DSCP 46", "MulticastLoop": "off"})

    def test_one_name_is_both_options_of_a_socket_of_both_ips(self):
        _, said, sockets = self.started("127.0.0.1:0", "7")
        both = sockets["both IPs"]
        self.assertEqual(both.family, socket.AF_INET6)
        self.assertEqual(said["both IPs"]["HopLimit"], "7")
        for of_ipv4, of_ipv6, value in (
                (socket.IP_TTL, socket.IPV6_UNICAST_HOPS, 7),
                (socket.IP_TOS, socket.IPV6_TCLASS, 46 << 2),
                (socket.IP_MULTICAST_LOOP, socket.IPV6_MULTICAST_LOOP, 0)):
            self.assertEqual(both.getsockopt(IP, of_ipv4), value)
            self.assertEqual(both.getsockopt(IPV6, of_ipv6), value)

    def test_ss_sees_them(self):
        ours, said, _ = self.started()
        port = ours.port()
        for which, end, wanted in (
                ("a connection", f"dport = :{port}", (
                    r"timer:\(keepalive,(30|[12]?\d)\D", "EffectiveSendBuffer", r"tb{}\b",
                    "CongestionControl", r"\b{}\b")),
                ("its other end", f"sport = :{port}", (
                    None, "EffectiveReceiveBuffer", r"rb{}\b"))):
            shown = subprocess.run(["ss", "-Htniemo", "--tos", "state", "established", end],
                                   stdout=subprocess.PIPE, check=True, text=True).stdout
            timer, *named = wanted
            if timer:
                self.assertRegex(shown, timer)
                self.assertRegex(shown, r"\btos:0x4\b")
            else:
                self.assertNotIn("timer:", shown)
            for name, pattern in zip(named[::2], named[1::2]):
                self.assertRegex(shown, pattern.format(said[which][name]))

    def test_what_it_says_of_c_is_so(self):
        with socket.create_server(("127.0.0.1", 0)) as stream:
            stream.setsockopt(SOL, socket.SO_REUSEADDR, 1)
            stream.setsockopt(SOL, socket.SO_BROADCAST, 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
            for level, name, value, says in (
                    (TCP, socket.TCP_NODELAY, 1, errno.ENOPROTOOPT),
                    (IP, socket.IP_TTL, 256, errno.EINVAL)):
                with self.assertRaises(OSError) as refused:
                    datagram.setsockopt(level, name, value)
                self.assertIn(refused.exception.errno, (says, errno.EOPNOTSUPP))
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as both:
            before = both.getsockopt(IPV6, socket.IPV6_UNICAST_HOPS)
            both.setsockopt(IP, socket.IP_TTL, 7)  # the most silent mistake
            self.assertEqual(both.getsockopt(IPV6, socket.IPV6_UNICAST_HOPS), before)

    def test_the_words_it_quotes_are_the_compilers(self):
        quotes.hold(self, "09_options.cpp", *sys.argv[2:])

    def test_a_value_out_of_range_is_a_sentence(self):
        for hops in ("0", "256", "-1"):
            self.assertRefuses(r"^set option IP_TTL: The value is out of range", "127.0.0.1:0",
                               hops)
        for hops in ("many", "7x", "", "99999999999"):
            self.assertRefuses(r" is no number of hops$", "127.0.0.1:0", hops)
        self.assertRefuses(r"^parse: ", "localhost")

    def test_a_signal_ends_it(self):
        for by in (signal.SIGINT, signal.SIGTERM):
            ours, *_ = self.started()
            self.assertEqual(ours.asked_to_stop(by), 0)
            ours.says("^stopping$")


if __name__ == "__main__":
    lesson.main()

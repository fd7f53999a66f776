#!/usr/bin/env python3
"""Lesson 6, against socat and Python's sockets over every family."""

import os
import pathlib
import re
import signal
import socket
import tempfile

import lesson
import host
from lesson import LessonTest, echoed, receive_to_the_end, socat

PORT = {"127.0.0.1": r"^listening on 127\.0\.0\.1:(\d+)$", "[::1]": r"^listening on \[::1\]:(\d+)$",
        "[::]": r"^listening on \[::\]:(\d+)$"}


class OneCodeThreeFamilies(LessonTest):
    def folder(self):
        return pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def connected(self, family, name):
        connection = self.enterContext(socket.socket(family))
        connection.settimeout(lesson.PATIENCE)
        connection.connect(name)
        return connection

    def test_socat_is_echoed_over_each_family_by_one_program(self):
        host.needs(self, host.IPV6)
        path = self.folder() / "echo"
        servers = self.lesson("127.0.0.1:0", "[::1]:0", f"unix:{path}", "[::]:0")
        both = servers.port(PORT["[::]"])
        servers.says(f"^listening on unix:{path}$")
        for where, peer in (
                (f"TCP4:127.0.0.1:{servers.port(PORT['127.0.0.1'])}", r"127\.0\.0\.1:\d+"),
                (f"TCP6:[::1]:{servers.port(PORT['[::1]'])}", r"\[::1\]:\d+"),
                (f"UNIX-CONNECT:{path}", "unix:"),
                (f"TCP6:[::1]:{both}", r"\[::1\]:\d+"),
                (f"TCP4:127.0.0.1:{both}", r"127\.0\.0\.1:\d+")):
            text = f"over {where}"
            self.assertEqual(socat("-t", "60", "-", where, text=text.encode()), text.encode())
            said = servers.says(rf"^(.*) sent {len(text)} bytes: " + re.escape(text))
            self.assertRegex(said[1], f"^{peer}$")
        self.assertEqual(servers.asked_to_stop(), 0)

    def test_an_ipv4_client_of_both_ips_is_shown_as_ipv4(self):
        host.needs(self, host.IPV6)
        servers = self.lesson("[::]:0")
        port = servers.port(PORT["[::]"])
        ipv4 = self.connected(socket.AF_INET, ("127.0.0.1", port))
        ipv6 = self.connected(socket.AF_INET6, ("::1", port))
        echoed(self, ipv4, b"four")
        echoed(self, ipv6, b"six")
        servers.says(rf"^127\.0\.0\.1:{ipv4.getsockname()[1]} sent 4 bytes: four$")
        servers.says(rf"^\[::1\]:{ipv6.getsockname()[1]} sent 3 bytes: six$")

    def test_ipv6_alone_leaves_the_port_to_ipv4(self):
        host.needs(self, host.IPV6)
        servers = self.lesson("[::1]:0")
        port = servers.port(PORT["[::1]"])
        with self.assertRaises(ConnectionRefusedError):
            lesson.client(port)

    def test_the_families_do_not_wait_for_each_other(self):
        host.needs(self, host.IPV6)
        path = self.folder() / "echo"
        servers = self.lesson("127.0.0.1:0", "[::1]:0", f"unix:{path}")
        ends = [self.connected(socket.AF_INET, ("127.0.0.1", servers.port(PORT["127.0.0.1"]))),
                self.connected(socket.AF_INET6, ("::1", servers.port(PORT["[::1]"])))]
        servers.says("^listening on unix:")
        ends += [self.connected(socket.AF_UNIX, str(path)) for _ in range(2)]
        for connection in reversed(ends):
            echoed(self, connection, b"hello")
        for connection in ends:
            echoed(self, connection, b"again")
            connection.shutdown(socket.SHUT_WR)
            self.assertEqual(receive_to_the_end(connection), b"")

    def test_a_signal_ends_all_and_removes_the_file(self):
        for by in (signal.SIGTERM, signal.SIGINT):
            path = self.folder() / "echo"
            servers = self.lesson("127.0.0.1:0", f"unix:{path}")
            servers.port(PORT["127.0.0.1"])
            servers.says("^listening on unix:")
            connection = self.connected(socket.AF_UNIX, str(path))
            echoed(self, connection, b"hello")
            self.assertEqual(servers.asked_to_stop(by), 0)
            self.assertEqual(receive_to_the_end(connection), b"")
            self.assertFalse(path.exists())
            servers.says("^stopping$")

    def test_a_client_that_resets_is_no_matter_to_others(self):
        servers = self.lesson("[::]:0")
        port = servers.port(PORT["[::]"])
        connection = lesson.client(port)
        echoed(self, connection, b"now")
        lesson.reset(connection)
        servers.says("receive: Connection reset by peer")
        with lesson.client(port) as next_one:
            echoed(self, next_one, b"next")

    def test_one_that_can_not_listen_ends_all_with_a_sentence(self):
        host.needs(self, host.IPV6)
        path = self.folder() / "echo"
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = "127.0.0.1:{}".format(other.getsockname()[1])
            self.assertRefuses(r"^(bind|listen): Address already in use \(EADDRINUSE\)(: \S+)?$",
                               f"unix:{path}", taken, "[::1]:0")
        self.assertFalse(path.exists())

    def test_a_file_that_is_not_its_own_stays(self):
        path = self.folder() / "echo"
        path.write_text("mine")
        self.assertRefuses(r"^bind: Address already in use \(EADDRINUSE\)(: \S+)?$", f"unix:{path}")
        self.assertEqual(path.read_text(), "mine")

    def test_without_arguments_it_is_all_three(self):
        """In a network of its own, where the default ports are free."""
        host.needs(self, host.OWN_NETWORK)
        as_root = () if os.geteuid() == 0 else ("--user", "--map-root-user")
        servers = self.lesson(*as_root, "--net", "sh", "-c", 'ip link set lo up && exec "$0"',
                              self.program, program="unshare")
        for endpoint in (r"127\.0\.0\.1:8806", r"\[::1\]:8806", "unix:@ferrule-lesson-6"):
            servers.says(f"^listening on {endpoint}$")
        self.assertEqual(servers.asked_to_stop(), 0)

    def test_what_is_no_endpoint_is_a_sentence(self):
        self.assertRefuses(r"^parse: A Unix path or name has more than 108 bytes",
                           "127.0.0.1:0", "unix:/" + "x" * 108)


if __name__ == "__main__":
    lesson.main()

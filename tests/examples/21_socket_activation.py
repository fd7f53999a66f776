#!/usr/bin/env python3
"""Lesson 21, started by systemd-socket-activate and by a service manager in Python."""

import os
import pathlib
import re
import signal
import socket
import sys
import tempfile
import time

import lesson
from lesson import LessonTest, client, receive_to_the_end, socat

ANSWER = re.compile(rb"process (\d+) is at your service\n")

# What a service manager does between fork and exec: the descriptors become 3, 4, ..., and the
# environment says so.
PASS_ON = """
import os, sys
descriptors, names, *program = sys.argv[1:]
descriptors = [int(descriptor) for descriptor in descriptors.split(",")]
for number, descriptor in enumerate(descriptors):
    os.dup2(descriptor, 100 + number, inheritable=False)
for descriptor in set(descriptors):
    os.close(descriptor)
for number in range(len(descriptors)):
    os.dup2(100 + number, 3 + number)
os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": str(len(descriptors)),
               "LISTEN_FDNAMES": names}
os.execv(program[0], program)
"""


class Manager:
    """The two sockets of a service, and one for its notifications. They stay while it does not
    run."""

    def __init__(self, test):
        self.test = test
        self.folder = pathlib.Path(test.enterContext(tempfile.TemporaryDirectory()))
        self.web = test.enterContext(socket.create_server(("127.0.0.1", 0)))
        self.port = self.web.getsockname()[1]
        self.local = self.opened(socket.SOCK_STREAM, "local")
        self.local.listen()
        self.notifications = self.opened(socket.SOCK_DGRAM, "notify")

    def opened(self, kind, name):
        own = self.test.enterContext(socket.socket(socket.AF_UNIX, kind))
        own.settimeout(lesson.PATIENCE)
        own.bind(str(self.folder / name))
        return own

    def start(self, sockets=None, names="web:local", **environment):
        descriptors = [one.fileno() for one in sockets or (self.web, self.local)]
        environment = {"NOTIFY_SOCKET": str(self.folder / "notify")} | environment
        return self.test.lesson(
            "-c", PASS_ON, ",".join(map(str, descriptors)), names, self.test.program,
            program=sys.executable, pass_fds=descriptors, env=os.environ | environment)

    def notification(self):
        return self.notifications.recv(4096)

    def next_notification(self):
        """Of those that are there, or None."""
        self.notifications.setblocking(False)
        try:
            return self.notification()
        except BlockingIOError:
            return None
        finally:
            self.notifications.settimeout(lesson.PATIENCE)

    def connected(self, local=False):
        if not local:
            return self.test.enterContext(client(self.port))
        connection = self.test.enterContext(socket.socket(socket.AF_UNIX))
        connection.settimeout(lesson.PATIENCE)
        connection.connect(str(self.folder / "local"))
        return connection


class SocketActivation(LessonTest):
    def assertAnsweredBy(self, process, answer):
        self.assertRegex(answer, ANSWER)
        self.assertEqual(int(ANSWER.fullmatch(answer)[1]), process)

    def own(self, **options):
        """One that nobody passed anything, its port and its abstract name."""
        name = f"ferrule-21-{os.getpid()}-{id(options)}"
        service = self.lesson("127.0.0.1:0", name, **options)
        port = int(service.says(r"^web: opened 127\.0\.0\.1:(\d+)$")[1])
        service.says(f"^local: opened unix:@{name}$")  # now it has both
        return service, port, name

    def test_without_a_manager_it_opens_its_own(self):
        service, port, name = self.own()
        for where in (f"TCP:127.0.0.1:{port}", f"ABSTRACT-CONNECT:{name}"):
            self.assertAnsweredBy(service.process.pid, socat("-t", "60", "-", where))
        service.says(r"^127\.0\.0\.1:\d+ was answered$")
        service.says("^unix: was answered$")
        for by in (signal.SIGINT, signal.SIGTERM):
            self.assertEqual(service.asked_to_stop(by), 0)
            service.says("^stopping$")
            service, _, _ = self.own()
        self.assertEqual(service.complaint(), "")

    def activated(self, *arguments):
        """systemd-socket-activate with these arguments; the lesson, at the first client."""
        service = self.lesson(*arguments, self.program, program="systemd-socket-activate")
        service.complains("^Listening on ")
        return service

    def test_systemd_starts_it_at_the_first_client(self):
        for first in ("web", "local"):
            manager, port = Manager(self), lesson.fixed_port()
            path = manager.folder / "of-systemd"
            service = self.activated("-l", f"127.0.0.1:{port}", "-l", str(path),
                                     "-E", f"NOTIFY_SOCKET={manager.folder}/notify",
                                     "--fdname=web:local")
            service.complains(f"^Listening on {path} as 4")
            wheres = [f"TCP:127.0.0.1:{port}", f"UNIX:{path}"]
            for where in wheres if first == "web" else reversed(wheres):
                self.assertAnsweredBy(service.process.pid, socat("-t", "60", "-", where))
            service.says(rf"^web: took over 127\.0\.0\.1:{port}$")
            service.says(f"^local: took over unix:{path}$")
            self.assertEqual(manager.notification(), b"READY=1")
            self.assertEqual(service.asked_to_stop(), 0)
            self.assertEqual(manager.notification(), b"STOPPING=1")

    def test_a_datagram_socket_in_place_of_a_listener_is_a_sentence(self):
        port = lesson.fixed_port(socket.SOCK_DGRAM)
        service = self.activated("-d", "-l", f"127.0.0.1:{port}", "--fdname=web")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"x", ("127.0.0.1", port))
        self.assertEqual(service.status(), 1)
        self.assertIn("web: adopt: Not of this socket type (wrong_type): "
                      "type is 2 (SOCK_DGRAM), not 1 (SOCK_STREAM)\n", service.complaint() + "\n")

    def test_whatever_is_not_what_its_name_says_is_a_sentence(self):
        manager = Manager(self)
        unbound = self.enterContext(socket.socket())
        idle = self.enterContext(socket.socket())
        idle.bind(("127.0.0.1", 0))
        ours = manager.connected()
        file = self.enterContext(open(os.devnull))
        for first, second, names, sentence in (
                (manager.local, manager.web, "web:local",
                 r"web: .*\(wrong_family\): domain is 1 \(AF_UNIX\), not 10 \(AF_INET6\)"),
                (manager.web, manager.web, "web:local",
                 r"local: .*\(wrong_family\): domain is 2 \(AF_INET\), not 1 \(AF_UNIX\)"),
                (unbound, manager.local, "web:local", r"web: .*\(wrong_state\): it does not listen"),
                (idle, manager.local, "web:local", r"web: .*\(wrong_state\): it does not listen"),
                (ours, manager.local, "web:local", r"web: .*\(wrong_state\): it does not listen"),
                (file, manager.local, "web:local", r"web: .*\(ENOTSOCK\)"),
                (manager.web, manager.notifications, "web:local",
                 r"local: .*\(wrong_type\): type is 2 \(SOCK_DGRAM\), not 1 \(SOCK_STREAM\)"),
                (manager.web, manager.local, "web", r"local: .*\(not_passed\)"),
                (manager.web, manager.local, "web:loca", r"local: .*\(not_passed\)"),
                (manager.web, manager.local, "Web:local", r"web: .*\(not_passed\)"),
                (manager.web, manager.local, "", r"web: .*\(not_passed\)")):
            with self.subTest(sentence=sentence, names=names):
                service = manager.start((first, second), names)
                self.assertEqual(service.status(), 1)
                self.assertRegex(service.complaint(), f"^{sentence}$")
                self.assertIsNone(manager.next_notification())

    def test_two_sockets_at_once_in_any_order(self):
        manager = Manager(self)
        for sockets, names in (((manager.web, manager.local), "web:local"),
                               ((manager.local, manager.web), "local:web"),
                               ((manager.notifications, manager.local, manager.web),
                                "other:local:web"),
                               ((manager.web, manager.local, manager.local), "web:local:web")):
            service = manager.start(sockets, names)
            self.assertEqual(manager.notification(), b"READY=1")
            for local in (False, True, False):
                self.assertAnsweredBy(service.process.pid,
                                      receive_to_the_end(manager.connected(local)))
            self.assertEqual(service.asked_to_stop(), 0)
            self.assertEqual(manager.notification(), b"STOPPING=1")
            self.assertTrue((manager.folder / "local").exists())  # not its to remove

    def test_the_port_is_never_closed_between_two_runs(self):
        manager = Manager(self)
        waiting = []
        for by in (signal.SIGTERM, signal.SIGKILL, signal.SIGINT):
            service = manager.start()
            self.assertEqual(manager.notification(), b"READY=1")
            for connection in waiting:
                self.assertAnsweredBy(service.process.pid, receive_to_the_end(connection))
            service.process.send_signal(by)
            self.assertEqual(service.status(), -by if by == signal.SIGKILL else 0)
            self.assertIn(manager.next_notification(), (b"STOPPING=1", None))
            # Nobody runs, and nobody is refused.
            waiting = [manager.connected(local) for local in (False, True) * 5]
        service = manager.start()
        for connection in waiting:
            self.assertAnsweredBy(service.process.pid, receive_to_the_end(connection))

    def test_who_is_ready_answers(self):
        manager = Manager(self)
        manager.start()
        self.assertEqual(manager.notification(), b"READY=1")
        self.assertIsNone(manager.next_notification())
        self.assertRegex(receive_to_the_end(manager.connected()), ANSWER)

    def test_the_watchdog_hears_of_it_in_time(self):
        manager = Manager(self)
        service = manager.start(WATCHDOG_USEC="400000")
        self.assertEqual(manager.notification(), b"READY=1")
        self.assertEqual(manager.notification(), b"WATCHDOG=1")
        pauses = []
        for _ in range(6):
            before = time.monotonic()
            self.assertEqual(manager.notification(), b"WATCHDOG=1")
            pauses.append(time.monotonic() - before)
        # Half the time; this machine may be late with most of them.
        self.assertGreater(max(pauses), 0.1)
        self.assertLess(min(pauses), 0.3)
        self.assertRegex(receive_to_the_end(manager.connected()), ANSWER)
        self.assertEqual(service.asked_to_stop(), 0)
        while (last := manager.notification()) == b"WATCHDOG=1":
            pass
        self.assertEqual(last, b"STOPPING=1")

    def test_a_watchdog_hears_nothing_that_is_not_asked_for(self):
        for period in ({}, {"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": ""}, {"WATCHDOG_USEC": "-5"},
                       {"WATCHDOG_USEC": "soon"}):
            manager = Manager(self)
            service = manager.start(**period)
            self.assertEqual(manager.notification(), b"READY=1")
            self.assertRegex(receive_to_the_end(manager.connected()), ANSWER)
            self.assertEqual(service.asked_to_stop(), 0)
            self.assertEqual(manager.notification(), b"STOPPING=1")

    def test_a_manager_that_does_not_listen_is_no_matter(self):
        manager = Manager(self)
        service = manager.start(NOTIFY_SOCKET=str(manager.folder / "nobody"))
        service.complains(r"^notify: No such file or directory \(ENOENT\)$")
        self.assertRegex(receive_to_the_end(manager.connected()), ANSWER)
        self.assertEqual(service.asked_to_stop(), 0)

    def test_what_was_passed_to_somebody_else_is_not_taken(self):
        for environment in ({"LISTEN_PID": "1", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "web:local"},
                            {"LISTEN_FDS": "4294967295"}, {"LISTEN_PID": "", "LISTEN_FDS": "1"}):
            service, port, _ = self.own(env=os.environ | environment)
            self.assertRegex(receive_to_the_end(self.enterContext(client(port))), ANSWER)

    def test_a_client_gets_its_answer_though_its_request_is_not_read_before(self):
        manager = Manager(self)
        connections = [manager.connected() for _ in range(10)]
        for connection in connections:
            connection.sendall(bytes(100_000))
        manager.start()
        for connection in connections:
            self.assertRegex(receive_to_the_end(connection), ANSWER)
            connection.close()

    def test_clients_that_never_end_or_reset_hold_up_nobody_for_long(self):
        manager = Manager(self)
        lesson.reset(manager.connected())
        silent = [manager.connected() for _ in range(3)]
        service = manager.start()
        self.assertAnsweredBy(service.process.pid, receive_to_the_end(manager.connected(True)))
        for connection in silent:
            self.assertRegex(receive_to_the_end(connection), ANSWER)
        self.assertEqual(service.asked_to_stop(), 0)

    def test_a_name_or_port_in_use_is_a_sentence(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            endpoint = "127.0.0.1:{}".format(other.getsockname()[1])
            self.assertRefuses(r"^(bind|listen): Address already in use \(EADDRINUSE\)(: \S+)?$", endpoint)
        _, _, name = self.own()
        self.assertRefuses(r"^bind: Address already in use \(EADDRINUSE\)(: \S+)?$", "127.0.0.1:0", name)
        self.assertRefuses(r"^parse: .*port is above 65535", "127.0.0.1:65536")


if __name__ == "__main__":
    lesson.main()

#!/usr/bin/env python3
"""Lesson 8, against Python's sockets, which do the same and are told the same errno."""

import contextlib
import errno
import os
import re
import resource
import signal
import socket
import subprocess
import tempfile

import lesson
import host
from lesson import LessonTest, wait_until

LOOPBACK = ("127.0.0.1", 0)
ALL_HOSTS = ("127.255.255.255", 9)


def of_type(kind, at=LOOPBACK, family=socket.AF_INET):
    bound = socket.socket(family, kind)
    try:
        bound.bind(at)
    except OSError:
        bound.close()
        raise
    return bound


def stream(at=LOOPBACK):
    return of_type(socket.SOCK_STREAM, at)


def datagram():
    return of_type(socket.SOCK_DGRAM)


def talk():
    """(client, server)"""
    with socket.create_server(LOOPBACK) as listener:
        client = socket.create_connection(listener.getsockname(), timeout=lesson.PATIENCE)
        return client, listener.accept()[0]


def full():
    """A listener whose queue is full, and the client that fills it."""
    listener = socket.create_server(LOOPBACK, backlog=0)
    client = socket.create_connection(listener.getsockname())
    listener.settimeout(lesson.PATIENCE)
    return listener, client


def path_of_a_dead_server(folder):
    path = folder + "/dead"
    of_type(socket.SOCK_STREAM, path, socket.AF_UNIX).close()
    return path


# The same as the lesson does, of which each ends in an OSError.

def in_use(_):
    with socket.create_server(LOOPBACK) as other:
        socket.create_server(other.getsockname())


def in_use_path(folder):
    of_type(socket.SOCK_STREAM, path_of_a_dead_server(folder), socket.AF_UNIX)


def not_available(_):
    stream(at=("192.0.2.1", 0))


def no_descriptor(_):
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, before[1]))
    try:
        socket.socket()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def refused(_):
    with stream() as silent:
        socket.create_connection(silent.getsockname())


def connect_to_path(path):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)


def refused_path(folder):
    connect_to_path(path_of_a_dead_server(folder))


def no_path(folder):
    connect_to_path(folder + "/nothing")


def no_permission(folder):
    with of_type(socket.SOCK_STREAM, folder + "/closed", socket.AF_UNIX) as listener:
        listener.listen()
        os.chmod(folder + "/closed", 0)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        try:
            connect_to_path(folder + "/closed")
        finally:
            os.seteuid(user)


def unreachable(_):
    with socket.socket() as client:
        client.connect(ALL_HOSTS)


def kernel_timeout(_):
    listener, filler = full()
    with listener, filler, socket.socket() as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 300)
        client.connect(listener.getsockname())


def reset(_):
    client, server = talk()
    with client:
        lesson.reset(server)
        client.recv(8)


def broken_pipe(_):
    client, server = talk()
    with client:
        server.close()
        while True:
            client.send(b"x")


def no_wait(_):
    client, server = talk()
    with client, server:
        client.setblocking(False)
        client.recv(8)


def too_large(_):
    with datagram() as bound:
        bound.sendto(bytes(65507), bound.getsockname())
        bound.sendto(bytes(65508), bound.getsockname())


def no_broadcast(_):
    with datagram() as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        bound.sendto(b"x", ALL_HOSTS)
    with datagram() as bound:
        bound.sendto(b"x", ALL_HOSTS)


def refused_later(_):
    with datagram() as itself, datagram() as client:
        itself.connect(itself.getsockname())
        client.connect(itself.getsockname())
        client.send(b"x")
        client.settimeout(lesson.PATIENCE)
        client.recv(8)


# Every failure of the table: its class, the operation that fails, and who says so: the kernel, or
# the library by this name. Then what else the sentence has.
FAILURES = {
    "in-use": ("final", "bind", in_use, r": 127\.0\.0\.1:\d+"),
    "in-use-path": ("final", "bind", in_use_path),
    "not-available": ("final", "bind", not_available, r": 192\.0\.2\.1:0"),
    "no-descriptor": ("exhausted", "open", no_descriptor),
    "refused": ("final", "connect", refused),
    "refused-path": ("final", "connect", refused_path),
    "no-path": ("final", "connect", no_path),
    "no-permission": ("final", "connect", no_permission),
    "unreachable": ("transient", "connect", unreachable),
    "deadline": ("limit", "connect", "deadline_exceeded"),
    "kernel-timeout": ("disconnect", "connect", kernel_timeout),
    "dial": ("final", "dial", refused,
             r": \[::1\]:(\d+) ECONNREFUSED, 127\.0\.0\.1:\1 ECONNREFUSED"),
    "reset": ("disconnect", "receive", reset),
    "broken-pipe": ("disconnect", "send", broken_pipe),
    "end": ("disconnect", "receive", "end_of_stream", ", after 5 bytes"),
    "no-wait": ("transient", "receive", no_wait),
    "slow-peer": ("limit", "send", "deadline_exceeded", r", after \d+ bytes"),
    "stopped": ("limit", "receive", "stopped"),
    "too-large": ("final", "send", too_large),
    "truncated": ("final", "receive", "message_truncated", r", its size is 1000 bytes, from 127\.0\.0\.1:\d+"),
    "no-broadcast": ("final", "send without SO_BROADCAST", no_broadcast),
    "refused-later": ("final", "receive", refused_later),
    "parse": ("final", "parse", "octet_above_255", " at position 10"),
    "not-open": ("final", "receive", "not_open"),
    "adopt": ("final", "adopt", "wrong_type",
              r": type is 2 \(SOCK_DGRAM\), not 1 \(SOCK_STREAM\)"),
}


class Errors(LessonTest):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        os.environ["TMPDIR"] = self.folder  # the lesson's files are here

    def table(self, *arguments):
        """{name: (sentence, class)}, in order"""
        ours = self.lesson(*arguments)
        self.assertEqual((ours.status(), ours.complaint()), (0, ""))
        rows = re.findall(r"(?m)^([a-z-]+): ([a-z].+)\n    (.+)\n    ([a-z]+): ([A-Z].+[.?])$",
                          "\n".join(ours.output()))
        self.assertEqual(3 * len(rows), len(ours.output()), ours.output())
        self.assertEqual(os.listdir(self.folder), [])
        return {name: (sentence, kind) for name, _, sentence, kind, _ in rows}

    def name_of(self, source):
        """What Python is told when it does the same; or the library's own name."""
        if isinstance(source, str):
            return source
        with tempfile.TemporaryDirectory() as folder, self.assertRaises(OSError) as raised:
            source(folder)
        return errno.errorcode[raised.exception.errno]

    def test_every_failure_is_what_python_is_told(self):
        table = self.table()
        self.assertEqual(list(table), list(FAILURES))
        for name, (kind, operation, source, *rest) in FAILURES.items():
            if "::1" in "".join(rest) and host.leaves_out(f"the failure {name}", host.IPV6):
                continue
            with self.subTest(name):
                self.assertRegex(table[name][0], r"^{}: [A-Z][^()]+ \({}\){}$".format(
                    operation, self.name_of(source), "".join(rest)))
                self.assertEqual(table[name][1], kind)

    def test_each_of_them_by_itself_is_the_same(self):
        table = self.table()
        ports = re.compile(r":\d+")
        for name, (sentence, kind) in table.items():
            with self.subTest(name):
                (only, (again, same)), = self.table(name).items()
                self.assertEqual((only, ports.sub("", again), same),
                                 (name, ports.sub("", sentence), kind))

    def test_what_is_the_librarys_own_is_no_error_in_python(self):
        listener, filler = full()
        with listener, filler, self.assertRaises(TimeoutError) as passed:
            socket.create_connection(listener.getsockname(), timeout=0.05)
        self.assertIsNone(passed.exception.errno)
        client, server = talk()
        with client:
            server.sendall(b"hello")
            server.close()
            self.assertEqual(client.recv(8, socket.MSG_WAITALL), b"hello")
        with datagram() as bound:
            bound.sendto(bytes(1000), bound.getsockname())
            data, _, flags, _ = bound.recvmsg(100)
            self.assertEqual((len(data), flags & socket.MSG_TRUNC), (100, socket.MSG_TRUNC))

    def test_as_much_is_on_the_way_to_a_slow_peer_as_there_is_room(self):
        sent, data = 0, bytes(10_000_000)
        one, other = socket.socketpair()
        with one, other, contextlib.suppress(BlockingIOError):
            one.setblocking(False)
            while True:
                sent += one.send(data[sent:])
        self.assertIn(f"after {sent} bytes", self.table("slow-peer")["slow-peer"][0])

    def test_a_name_that_is_none_is_a_sentence(self):
        self.assertRefuses("^nonsense is no failure of this lesson$", "nonsense")
        self.assertRefuses("^in is no failure of this lesson$", "in")

    def test_a_signal_ends_it_while_it_waits(self):
        for by in (signal.SIGINT, signal.SIGTERM):
            ours = self.lesson("kernel-timeout")
            of_ours = f"pid={ours.process.pid},"
            wait_until(lambda: of_ours in subprocess.run(
                ["ss", "-Htnp", "state", "syn-sent"], stdout=subprocess.PIPE, check=True,
                text=True).stdout, "it connects")
            self.assertEqual(ours.asked_to_stop(by), 0)
            self.assertEqual(ours.output(), ["stopping"])
            self.assertEqual(os.listdir(self.folder), [])


if __name__ == "__main__":
    lesson.main()

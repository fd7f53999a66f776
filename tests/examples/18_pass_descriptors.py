#!/usr/bin/env python3
"""Lesson 18: both of its roles with each other, and each with python3 in the other role."""

import os
import signal
import socket
import tempfile

import lesson
from lesson import LessonTest


class PassDescriptors(LessonTest):
    def setUp(self):
        self.path = os.path.join(self.enterContext(tempfile.TemporaryDirectory()), "worker")

    def worker(self):
        worker = self.lesson("serve", self.path)
        worker.says(rf"^waiting at {self.path}$")
        return worker

    def acceptor_of_python(self):
        acceptor = self.enterContext(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
        acceptor.connect(self.path)
        return acceptor

    def descriptors(self, lesson_):
        return len(os.listdir(f"/proc/{lesson_.process.pid}/fd"))

    def test_the_client_does_not_notice(self):
        worker = self.worker()
        acceptor = self.lesson("accept", self.path, "127.0.0.1:0")
        port = acceptor.port()
        for _ in range(3):
            with lesson.client(port) as client:
                name = "127.0.0.1:%d" % client.getsockname()[1]
                lesson.echoed(self, client, b"hello\n")
                acceptor.says(rf"^{name} goes to process {worker.process.pid}$")
                worker.says(rf"^{name} comes from process {acceptor.process.pid}$")
            worker.says(rf"^{name} sent 6 bytes$")
        with lesson.client(port) as client:
            lesson.echoed(self, client, b"before")
            self.assertEqual(acceptor.asked_to_stop(signal.SIGINT), 0)  # the connection lives on
            self.assertEqual(worker.process.poll(), None)
            lesson.echoed(self, client, b"after")
            client.shutdown(socket.SHUT_WR)

    def test_a_worker_of_python_gets_the_connection(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind(self.path)
            listener.listen()
            acceptor = self.lesson("accept", self.path, "127.0.0.1:0")
            worker, _ = listener.accept()
            with worker, lesson.client(acceptor.port()) as client:
                text, descriptors, _, _ = socket.recv_fds(worker, 100, 4)
                self.assertEqual(text.decode(), "127.0.0.1:%d" % client.getsockname()[1])
                self.assertEqual(len(descriptors), 1)
                with socket.socket(fileno=descriptors[0]) as connection:
                    connection.sendall(b"from python")
                    self.assertEqual(lesson.receive_exactly(client, 11), b"from python")

    def test_what_comes_besides_is_told_and_closed(self):
        worker = self.worker()
        acceptor = self.acceptor_of_python()
        before = self.descriptors(worker)
        acceptor.send(b"nothing with it")
        worker.says(rf"^a message without a descriptor from process {os.getpid()}$")
        with open("/dev/null", "rb") as file, socket.socket() as unconnected:
            socket.send_fds(acceptor, [b"a file"], [file.fileno()])
            worker.says(r"^adopt: Not a socket \(ENOTSOCK\)")
            socket.send_fds(acceptor, [b"a socket"], [unconnected.fileno()])
            worker.says(r"^adopt: Not in this state \(wrong_state\)|^adopt: .*not_connected|ENOTCONN")
        lesson.wait_until(lambda: self.descriptors(worker) <= before + 1, "all are closed")

    def test_more_than_one_at_once_is_an_error(self):
        worker = self.worker()
        acceptor = self.acceptor_of_python()
        with open("/dev/null", "rb") as file:
            socket.send_fds(acceptor, [b"many"], [file.fileno()] * 100)
        self.assertEqual(worker.status(), 1)
        self.assertIn("receive: The control messages did not fit (control_truncated), after 4 bytes",
                      worker.complaint())

    def test_a_role_is_needed(self):
        self.assertRefuses(r"^18_pass_descriptors accept\|serve", "take", self.path)


if __name__ == "__main__":
    lesson.main()

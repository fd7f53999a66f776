#!/usr/bin/env python3
"""Lesson 11 holds 10,000 connections at once, in one thread and little memory, and none after."""

import resource
import sys
import time

import lesson
import own_host
import resources
from lesson import LessonTest, client, receive_exactly

COUNT = 10_000
MOST_MEMORY = 8 << 10  # bytes of the server's own for each connection


class TenThousand(LessonTest):
    def test_all_are_served_at_once_and_leave_nothing_behind(self):
        # The server is given the 1024 descriptors that are usual, and asks for more itself.
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, most))
        server = self.lesson("127.0.0.1:0")
        port = server.port()
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        descriptors, threads = resources.descriptors(server), resources.threads(server)
        memory, begin = resources.memory(server), time.monotonic()

        clients = [self.enterContext(client(port)) for _ in range(COUNT)]
        for turn in range(2):
            for number, each in enumerate(clients):
                each.sendall(b"%d of turn %d" % (number, turn))
            for number, each in enumerate(clients):
                text = b"%d of turn %d" % (number, turn)
                self.assertEqual(receive_exactly(each, len(text)), text)
        self.assertEqual(resources.descriptors(server), descriptors + COUNT)
        self.assertEqual(resources.threads(server), threads)
        more = (resources.memory(server) - memory) / COUNT
        print(f"{COUNT} connections, {more:.0f} bytes each, {time.monotonic() - begin:.1f} s",
              file=sys.stderr)
        self.assertLessEqual(more, MOST_MEMORY)

        for each in clients:
            each.close()
        lesson.wait_until(lambda: resources.descriptors(server) == descriptors, "all are closed")
        self.assertEqual(resources.threads(server), threads)
        self.assertEqual(server.asked_to_stop(), 0)
        self.assertEqual(server.output()[1:], ["stopping: clients 0, grace 100 ms"])


if __name__ == "__main__":
    own_host.enter()  # its ports are busy for a minute after (TIME_WAIT)
    lesson.main()

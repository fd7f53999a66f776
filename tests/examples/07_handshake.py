#!/usr/bin/env python3
"""Lesson 7, against ss: at every step the states are those that ss tells at this moment."""

import re
import signal
import socket
import subprocess

import lesson
from lesson import LessonTest, wait_until

# RFC 9293's names as ss writes them; CLOSED is not there.
AS_SS = {"ESTABLISHED": "ESTAB", "SYN-RECEIVED": "SYN-RECV"}

STEPS = [
    ("ESTABLISHED", "ESTABLISHED"),
    ("ESTABLISHED", "ESTABLISHED"),
    ("SYN-SENT", "CLOSED"),
    ("ESTABLISHED", "SYN-RECEIVED"),
    ("ESTABLISHED", "ESTABLISHED"),
    ("FIN-WAIT-1", "ESTABLISHED"),
    ("FIN-WAIT-2", "CLOSE-WAIT"),
    ("FIN-WAIT-2", "LAST-ACK"),
    ("TIME-WAIT", "CLOSED"),
]


def table(port):
    """{(local, peer): (state, receive queue, send queue)} of ss, of what has this port."""
    rows = subprocess.run(["ss", "-Htan", f"( sport = :{port} or dport = :{port} )"],
                          stdout=subprocess.PIPE, check=True, text=True).stdout
    columns = [row.split() for row in rows.splitlines()]
    return {(local, peer): (state, int(receive), int(send))
            for state, receive, send, local, peer, *_ in columns}


class Handshake(LessonTest):
    def started(self, *arguments):
        ours = self.lesson(*arguments or ["127.0.0.1:0"], stdin=subprocess.PIPE)
        return ours, ours.port()

    def step(self, ours, number):
        """The two ends of a step and their states, as soon as it is printed."""
        ours.says(rf"^{number}\. ")

        def ends():
            lines = ours.output()
            at = next(at for at, line in enumerate(lines) if line.startswith(f"{number}. "))
            rows = [re.fullmatch(r" +(\S+) > (\S+)   (\S+)", line)
                    for line in lines[at + 1:at + 3]]
            return rows if len(rows) == 2 and all(rows) else None

        client, server = wait_until(ends, f"step {number} is complete")
        self.assertEqual(client.group(1, 2), server.group(2, 1))
        return client.groups(), server.groups()

    def next(self, ours):
        ours.process.stdin.write("\n")
        ours.process.stdin.flush()

    def test_at_every_step_ss_says_the_same(self):
        ours, port = self.started()
        seen = []
        for number in range(1, len(STEPS) + 1):
            ends = self.step(ours, number)
            now = table(port)
            for local, peer, state in ends:
                with self.subTest(step=number, local=local):
                    of_ss = now.get((local, peer), ("CLOSED",))[0]
                    self.assertEqual(AS_SS.get(state, state), of_ss)
            seen.append((ends[0][2], ends[1][2]))
            self.next(ours)
        self.assertEqual(seen, STEPS)
        self.assertEqual(ours.status(), 0, ours.complaint())
        ours.says("^the client's socket itself says CLOSED$")
        self.assertEqual(ours.complaint(), "")

    def test_the_queue_is_what_ss_says(self):
        ours, port = self.started()
        listener = (f"127.0.0.1:{port}", "0.0.0.0:*")
        for number, waiting in ((1, 1), (2, 2), (3, 2), (4, 1)):
            self.step(ours, number)
            self.assertEqual(table(port)[listener], ("LISTEN", waiting, 1))
            self.next(ours)
        self.step(ours, 5)
        self.next(ours)
        self.step(ours, 6)
        self.assertEqual(table(port)[listener], ("LISTEN", 0, 1))
        self.assertEqual([line for line in ours.output() if "backlog 1" in line],
                         [f"listening on 127.0.0.1:{port}: {waiting} wait for accept, backlog 1"
                          for waiting in (0, 2, 0)])

    def test_what_holds_up_a_fin_is_data_that_is_not_read(self):
        ours, port = self.started()
        for number in range(1, 9):
            client, server = self.step(ours, number)
            now = table(port)
            if number in (6, 8):
                sender, reader = (client, server) if number == 6 else (server, client)
                self.assertGreater(now[sender[:2]][2], 0)
                self.assertGreater(now[reader[:2]][1], 0)
            self.next(ours)

    def test_without_anybody_at_the_keyboard_it_goes_on(self):
        ours = self.lesson()
        self.assertEqual(ours.status(), 0, ours.complaint())
        ours.says(r"^9\. ")

    def test_a_signal_ends_it_at_every_step(self):
        for by, number in ((signal.SIGINT, 1), (signal.SIGTERM, 3), (signal.SIGINT, 6)):
            ours, port = self.started()
            for passed in range(1, number):
                self.step(ours, passed)
                self.next(ours)
            self.step(ours, number)
            self.assertEqual(ours.asked_to_stop(by), 0)
            ours.says("^stopping$")
            wait_until(lambda: f"127.0.0.1:{port}" not in
                       [local for (local, _), (state, *_) in table(port).items()
                        if state == "LISTEN"], "nobody listens")

    def test_a_port_in_use_and_what_is_no_endpoint_are_sentences(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            self.assertRefuses(r"^bind: Address already in use|^listen: Address already in use",
                               "127.0.0.1:{}".format(other.getsockname()[1]))
        self.assertRefuses(r"^parse: ", "localhost")
        self.assertRefuses(r"^bind: Address not available", "192.0.2.1:0")


if __name__ == "__main__":
    lesson.main()

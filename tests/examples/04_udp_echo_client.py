#!/usr/bin/env python3
"""Lesson 4, against socat, a closed port, and peers that drop, double, swap and interfere."""

import os
import random
import signal
import socket
import threading

import lesson
from lesson import LessonTest

QUESTIONS = ["one", "two", "three", "four"]
ANSWERED = [f"answered: {number} {text}" for number, text in enumerate(QUESTIONS, 1)]


class Peer:
    """A UDP server: `answers(data, count)` gives what it sends back to the datagram that is the
    count-th to come from this sender, a list of datagrams."""

    def __init__(self, answers):
        self.answers, self.came = answers, {}
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.endpoint = "127.0.0.1:{}".format(self.socket.getsockname()[1])
        self.thread = threading.Thread(target=self._serve)

    def _serve(self):
        while True:
            data, sender = self.socket.recvfrom(65536)
            if data == b"stop":
                return
            count = self.came[sender] = self.came.get(sender, 0) + 1
            for answer in self.answers(data, count, sender):
                self.socket.sendto(answer, sender)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.sendto(b"stop", self.socket.getsockname())
        self.thread.join()
        self.socket.close()


class UdpEchoClient(LessonTest):
    def assertAllAnswered(self, answers, says=()):
        """Every question is answered exactly once, without a peer and with a fixed one."""
        with Peer(answers) as peer:
            ours = self.lesson(peer.endpoint, *QUESTIONS)
            self.assertEqual(ours.status(), 0, ours.complaint())
        output = ours.output()
        halves = [at for at, line in enumerate(output) if line.startswith("with")]
        self.assertEqual(len(halves), 2)
        for half in (output[:halves[1]], output[halves[1]:]):
            self.assertEqual(sorted(line for line in half if line.startswith("answered")),
                             ANSWERED)
        for pattern in says:
            ours.says(pattern)
        return output

    def test_socat_answers(self):
        peer = self.lesson("-d", "-d", "UDP4-RECVFROM:0,bind=127.0.0.1,fork", "PIPE",
                           program="socat")
        peer.complains("receiving on")
        port = lesson.wait_until(lambda: udp_port(peer.process.pid), "socat has a port")
        ours = self.lesson(f"127.0.0.1:{port}", *QUESTIONS)
        self.assertEqual(ours.status(), 0)
        self.assertEqual(sorted(set(line for line in ours.output() if "answered" in line)),
                         ANSWERED)

    def test_the_questions_have_a_default(self):
        with Peer(lambda data, count, sender: [data]) as peer:
            ours = self.lesson(peer.endpoint)
            self.assertEqual(ours.status(), 0)
        for line in ("1 one", "2 two", "3 three"):
            ours.says(f"^answered: {line}$")

    def test_it_shows_where_it_sends_from(self):
        with Peer(lambda data, count, sender: [data]) as peer:
            ours = self.lesson(peer.endpoint, "one")
            self.assertEqual(ours.status(), 0)
            ports = [sender[1] for sender in peer.came]
        ours.says(rf"^without a peer, from 0\.0\.0\.0:{ports[0]}$")
        ours.says(rf"^with a fixed peer, from 127\.0\.0\.1:{ports[1]}$")

    def test_a_peer_that_drops(self):
        self.assertAllAnswered(lambda data, count, sender: [data] if count > 5 else [],
                               ["^100 ms without an answer to 4 of them$",
                                "^200 ms without an answer to"])

    def test_a_peer_that_doubles(self):
        self.assertAllAnswered(lambda data, count, sender: [data, data],
                               ["^ignored: an answer to nothing that is open$"])

    def test_a_peer_that_swaps(self):
        held = {}

        def answers(data, count, sender):
            """All four at once, backwards."""
            held.setdefault(sender, []).append(data)
            return reversed(held[sender]) if count == len(QUESTIONS) else []

        output = self.assertAllAnswered(answers)
        self.assertEqual([line for line in output if line.startswith("answered")],
                         ANSWERED[::-1] * 2)

    def test_a_peer_that_drops_doubles_and_swaps(self):
        chance = random.Random(4)
        held = {}

        def answers(data, count, sender):
            waiting = held.setdefault(sender, [])
            if count > 2:  # the first two are dropped
                waiting.extend([data, data])
            if count % 3 != 0:
                return []
            chance.shuffle(waiting)
            held[sender] = []
            return waiting

        self.assertAllAnswered(answers)

    def test_an_answer_to_another_question_is_none(self):
        self.assertAllAnswered(lambda data, count, sender: [data[2:], b"9 " + data, b"", data],
                               ["^ignored: an answer to nothing that is open$"])

    def test_an_answer_that_is_too_long_is_none(self):
        self.assertAllAnswered(lambda data, count, sender: [data + bytes(2000), data],
                               ["^ignored: an answer to nothing that is open$"])

    def test_a_stranger_who_answers_is_ignored(self):
        stranger = self.enterContext(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        stranger.bind(("127.0.0.1", 0))

        def answers(data, count, sender):
            stranger.sendto(data, sender)
            return [data] if count > len(QUESTIONS) else []

        name = "127.0.0.1:{}".format(stranger.getsockname()[1])
        output = self.assertAllAnswered(answers, [rf"^ignored: a message from {name}$"])
        fixed = next(at for at, line in enumerate(output) if line.startswith("with a fixed"))
        self.assertFalse(any("a message from" in line for line in output[fixed:]))

    def test_nobody_is_silence_without_a_peer_and_refused_with_one(self):
        ours = self.lesson(f"127.0.0.1:{lesson.fixed_port(socket.SOCK_DGRAM)}")
        self.assertEqual(ours.status(), 1)
        self.assertRegex(ours.complaint(),
                         r"^receive: The deadline passed \(deadline_exceeded\)\n"
                         r"(send|receive): Connection refused \(ECONNREFUSED\)$")
        for patience in (100, 200, 400, 800, 1600):
            ours.says(f"^{patience} ms without an answer to 3 of them$")

    def test_a_peer_that_never_answers_is_a_sentence(self):
        with Peer(lambda data, count, sender: []) as peer:
            ours = self.lesson(peer.endpoint)
            self.assertEqual(ours.status(), 1)
            self.assertEqual(sorted(peer.came.values()), [15, 15])
        self.assertEqual(ours.complaint().splitlines(),
                         ["receive: The deadline passed (deadline_exceeded)"] * 2)

    def test_a_signal_ends_it_in_either_half(self):
        for by, half in ((signal.SIGTERM, "without a peer"), (signal.SIGINT, "with a fixed peer")):
            with Peer(lambda data, count, sender: [data] if half != "without a peer"
                      and len(peer.came) == 1 else []) as peer:
                ours = self.lesson(peer.endpoint)
                ours.says(f"^{half}")
                self.assertEqual(ours.asked_to_stop(by), 0)
                self.assertRegex(ours.complaint(), r"A stop was requested \(stopped\)$")

    def test_what_is_no_endpoint_is_a_sentence(self):
        self.assertRefuses(r"^parse: ", "nobody")


def udp_port(process):
    """The local port of a process that has one UDP socket (/proc/net/udp)."""
    own = set()
    for number in os.listdir(f"/proc/{process}/fd"):
        try:
            own.add(os.readlink(f"/proc/{process}/fd/{number}"))
        except FileNotFoundError:
            pass
    with open("/proc/net/udp") as table:
        for row in table.readlines()[1:]:
            column = row.split()
            if f"socket:[{column[9]}]" in own:
                return int(column[1].partition(":")[2], 16)


if __name__ == "__main__":
    lesson.main()

#!/usr/bin/env python3
"""One GiB from socat through lesson 1 and back to socat has the same hash."""

import hashlib
import os
import subprocess
import sys
import threading

from lesson import Lesson, PATIENCE

BLOCK = 1 << 20
BLOCKS = 1 << 10


def send(stream, sent):
    """Writes blocks of which no two are equal; keeps their hash."""
    rest = os.urandom(BLOCK - 8)
    for number in range(BLOCKS):
        block = number.to_bytes(8, "big") + rest
        sent.update(block)
        stream.write(block)
    stream.close()


def main(program):
    with Lesson(program, "127.0.0.1:0") as server:
        peer = subprocess.Popen(
            ["socat", "-b", str(BLOCK // 4), "-t", str(PATIENCE), "-",
             f"TCP:127.0.0.1:{server.port()}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        with peer:
            sent, received, size = hashlib.sha256(), hashlib.sha256(), 0
            sender = threading.Thread(target=send, args=(peer.stdin, sent))
            sender.start()
            while piece := peer.stdout.read(BLOCK):
                received.update(piece)
                size += len(piece)
            sender.join()
        server.says(rf"ended after {BLOCK * BLOCKS} bytes$")
        status = server.asked_to_stop()
    print(f"{size} bytes came back, {received.hexdigest()}")
    if (size, received.digest(), status) != (BLOCK * BLOCKS, sent.digest(), 0):
        sys.exit(f"{BLOCK * BLOCKS} bytes went, {sent.hexdigest()}; status {status}")


if __name__ == "__main__":
    main(sys.argv[1])

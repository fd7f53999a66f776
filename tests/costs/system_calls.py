#!/usr/bin/env python3
"""System calls of each operation beside those of a C program, one by one, as strace(1) sees them:
system_calls.py PROGRAM."""

import re
import subprocess
import sys
import tempfile

# The operation, what a C program calls for the same, and what ferrule calls when that differs. C
# waits within a time by polling first.
EXPECTED = [
    ("listen", "socket setsockopt bind listen", ""),
    # O_NONBLOCK, so that nobody who accepts with a deadline overstays
    ("listen, step by step", "socket bind listen", "socket bind ioctl listen"),
    ("local_endpoint", "getsockname", ""),
    ("bind", "socket bind", ""),
    ("connect", "socket connect", ""),
    ("accept", "accept4", ""),
    ("connect within", "socket connect ppoll getsockopt fcntl", "socket connect ppoll connect ioctl"),
    ("accept within", "ppoll accept4", "accept4"),
    ("connect within, step by step", "socket fcntl connect ppoll getsockopt fcntl",
     "socket ioctl connect ppoll connect ioctl"),
    ("accept that waits", "accept4", "accept4 ppoll accept4"),
    ("accept within that waits", "ppoll accept4", "accept4 ppoll accept4"),
    ("send_some", "sendto", ""),
    ("send_all", "sendto", ""),
    ("send_all of pieces", "sendmsg", ""),
    ("send_all within", "ppoll sendto", "sendto"),
    ("send_all of pieces within", "ppoll sendmsg", "sendmsg"),
    ("peek", "recvfrom", ""),
    ("receive_some", "recvfrom", ""),
    ("receive_exactly", "recvfrom", ""),
    ("receive_some within", "ppoll recvfrom", "recvfrom"),
    ("receive_exactly within, stop", "ppoll recvfrom", "recvfrom"),
    ("receive_some that waits", "recvfrom", ""),
    ("receive_some within that waits", "ppoll recvfrom", "recvfrom ppoll recvfrom"),
    ("receive_exactly, stop, that waits", "ppoll recvfrom", "recvfrom ppoll recvfrom"),
    ("set", "setsockopt", ""),
    ("get", "getsockopt", ""),
    ("shutdown", "shutdown", ""),
    ("close", "close", ""),
    ("send_to", "sendto", ""),
    ("receive_from", "recvfrom", ""),
    ("send_to within", "ppoll sendto", "sendto"),
    ("receive_from within", "ppoll recvfrom", "recvfrom"),
    ("receive_from within that waits", "ppoll recvfrom", "recvfrom ppoll recvfrom"),
    ("pair", "socketpair", ""),
    ("send", "sendto", ""),
    # SeqPacket: the flags of recvmsg tell an empty message from the end
    ("receive", "recvfrom", "recvmsg"),
    ("send of pieces", "sendmsg", ""),
    ("receive within", "ppoll recvfrom", "recvmsg"),
    # poll says that it is ready all the time: C spins. epoll says what is new.
    ("receive_from with a full error queue, a second", "ppoll recvfrom",
     "recvfrom ppoll recvfrom ppoll recvfrom"
     " epoll_create1 epoll_ctl epoll_wait ppoll close recvfrom"),
]


def calls_between_marks(lines):
    """{operation: [call, ...]} in the order of the marks. A signal is no call."""
    found, name = {}, "end"
    for line in lines:
        if mark := re.match(r'write\(-1, "([^"]*)"', line):
            name = mark[1]
            if name != "end":
                found[name] = []
        elif (call := re.match(r"(\w+)\(", line)) and name != "end":
            found[name].append(call[1])
    return found


with tempfile.NamedTemporaryFile("r") as trace:
    # Without -f: the children that help are not traced.
    subprocess.run(["strace", "-s", "64", "-o", trace.name, sys.argv[1]], check=True,
                   stdin=subprocess.DEVNULL, timeout=120)
    found = calls_between_marks(trace)

failed = list(found) != [name for name, _, _ in EXPECTED]
if failed:
    print("operations:", ", ".join(found))
print(f"{'operation':34}{'C':>3}{'ferrule':>9}")
for name, in_c, in_ferrule in EXPECTED:
    calls, expected = found.get(name, []), (in_ferrule or in_c).split()
    print(f"{name:34}{len(in_c.split()):3}{len(calls):9}  {' '.join(calls)}")
    if calls != expected:
        failed = True
        print(f"{'':34}  expected {' '.join(expected)}")
sys.exit(1 if failed else 0)

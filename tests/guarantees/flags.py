#!/usr/bin/env python3
"""Every descriptor is close-on-exec from birth and every send carries MSG_NOSIGNAL, in the very
call: flags.py PROGRAM traces a program that does every operation with strace(1)."""

import collections
import subprocess
import sys
import tempfile

FLAGS = {
    "socket": "SOCK_CLOEXEC",
    "socketpair": "SOCK_CLOEXEC",
    "accept4": "SOCK_CLOEXEC",
    "eventfd2": "EFD_CLOEXEC",
    "epoll_create1": "EPOLL_CLOEXEC",
    "sendto": "MSG_NOSIGNAL",
    "sendmsg": "MSG_NOSIGNAL",
}
# Those that can't have the flags.
WITHOUT = ["accept", "eventfd", "epoll_create", "sendmmsg"]


def without_flag(lines):
    """The traced calls that lack their flag, and how many there were of each."""
    offences, counts = [], collections.Counter()
    for line in lines:
        name, bracket, arguments = line.partition("(")
        if not bracket or not name.isidentifier():
            continue
        counts[name] += 1
        if name in WITHOUT or FLAGS[name] not in arguments:
            offences.append(line.rstrip())
    return offences, counts


planted = 'sendto(3, "x", 1, MSG_NOSIGNAL, NULL, 0) = 1', 'sendto(3, "x", 1, 0, NULL, 0) = 1'
if without_flag(planted) != ([planted[1]], {"sendto": 2}):
    sys.exit("self-test: a send without its flag is not found")

with tempfile.NamedTemporaryFile("r") as trace:
    subprocess.run(
        ["strace", "-s", "0", "-o", trace.name, "-e", "trace=" + ",".join([*FLAGS, *WITHOUT]),
         *sys.argv[1:]],
        check=True, stdin=subprocess.DEVNULL, timeout=240)
    offences, counts = without_flag(trace)

offences += [f"{name} was never called" for name in FLAGS if counts[name] == 0]
for offence in offences:
    print(offence)
print(", ".join(f"{count} {name}" for name, count in sorted(counts.items())))
sys.exit(1 if offences else 0)

#!/usr/bin/env python3
"""What operations make of system calls that fail: faults.py PROGRAM. strace(1) makes them fail."""

import subprocess
import sys

# The operation, the calls that fail (strace -e inject=...), and how the operation ends.
FAULTS = [
    # Nothing that the operation could not do again by itself
    *(("accept", f"accept4:error={error}:when=1", "done")
      for error in ("EINTR", "ECONNABORTED", "EPROTO", "EPERM", "ENETDOWN", "EHOSTUNREACH",
                    "ETIMEDOUT", "EAGAIN")),
    ("accept within", "accept4:error=ECONNABORTED:when=1..50", "done"),
    ("accept within", "accept4:error=EINTR:when=1", "done"),
    ("connect", "connect:error=EINTR:when=1", "done"),
    ("connect", "connect:error=EINPROGRESS:when=1", "done"),
    ("connect within", "connect:error=EINTR:when=1", "done"),
    ("connect within", "ppoll:error=EINTR:when=1", "done"),
    ("connect Unix", "connect:error=EINTR:when=1", "done"),
    ("connect Unix", "connect:error=EAGAIN:when=1..3", "done"),
    ("connect, step by step", "connect:error=EINTR:when=1", "done"),
    ("start_connect", "connect:error=EINTR:when=1", "done"),
    ("send_all", "sendto:error=EINTR:when=1", "done"),
    ("send_all", "sendto:error=EAGAIN:when=1", "done"),
    ("send_all", "sendto:retval=2:when=1", "done"),
    ("send_all of pieces", "sendmsg:error=EINTR:when=1", "done"),
    ("send_all of pieces", "sendmsg:retval=3:when=1", "done"),
    ("receive", "recvfrom:error=EINTR:when=1", "done"),
    ("receive", "recvfrom:error=EAGAIN:when=1", "done"),
    ("listen on both", "socket:error=EAFNOSUPPORT:when=1", "done"),
    # What it reports
    ("open", "socket:error=EMFILE", "open: Too many open files in this process (EMFILE)"),
    ("open", "socket:error=ENFILE", "open: Too many open files in the system (ENFILE)"),
    ("open IPv6", "setsockopt:error=ENOPROTOOPT", "open: Option not available (ENOPROTOOPT)"),
    ("listen", "setsockopt:error=ENOMEM", "set option SO_REUSEADDR: Not enough memory (ENOMEM)"),
    ("listen", "bind:error=ENOMEM", "bind: Not enough memory (ENOMEM): 127.0.0.1:0"),
    ("listen", "listen:error=EADDRINUSE", "listen: Address already in use (EADDRINUSE)"),
    ("listen, step by step", "ioctl:error=EIO", "listen: Input/output error (EIO)"),
    ("pair", "socketpair:error=ENFILE", "pair: Too many open files in the system (ENFILE)"),
    ("accept", "accept4:error=EMFILE:when=1",
     "accept: Too many open files in this process (EMFILE)"),
    ("accept", "accept4:error=ENFILE:when=1",
     "accept: Too many open files in the system (ENFILE)"),
    ("accept within", "accept4:error=ENOBUFS:when=1",
     "accept: No buffer space available (ENOBUFS)"),
    ("accept within", "accept4:error=ENOMEM:when=1", "accept: Not enough memory (ENOMEM)"),
    ("connect", "connect:error=ECONNREFUSED", "connect: Connection refused (ECONNREFUSED)"),
    ("connect within", "socket:error=EMFILE:when=2",
     "open: Too many open files in this process (EMFILE)"),
    ("connect within", "ioctl:error=EIO", "set option: Input/output error (EIO)"),
    ("connect within", "ppoll:error=ENOMEM", "connect: Not enough memory (ENOMEM)"),
    ("connect, step by step", "ioctl:error=EIO", "set option: Input/output error (EIO)"),
    ("start_connect", "ioctl:error=EIO", "set option: Input/output error (EIO)"),
    ("start_connect", "connect:error=ENETUNREACH", "connect: Network is unreachable (ENETUNREACH)"),
    ("connect datagrams", "bind:error=ENOMEM:when=2", "bind: Not enough memory (ENOMEM)"),
    ("send_all", "sendto:error=ENOBUFS", "send: No buffer space available (ENOBUFS)"),
    ("receive", "recvfrom:error=ECONNRESET", "receive: Connection reset by peer (ECONNRESET)"),
    ("receive nothing", "ppoll:error=EINTR:when=1..3", "receive: The deadline passed (deadline_exceeded)"),
    ("receive nothing", "ppoll:error=ENOMEM", "receive: Not enough memory (ENOMEM)"),
    ("shutdown", "shutdown:error=ENOTCONN", "shutdown: Not connected (ENOTCONN)"),
    ("accept until stopped", "eventfd2:error=EMFILE",
     "stop: Too many open files in this process (EMFILE)"),
]


def said(program, scene, fault):
    call = fault.partition(":")[0]
    done = subprocess.run(
        ["strace", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={fault}", program,
         scene],
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    return done.stdout.splitlines()


offences = 0
for scene, fault, end in FAULTS:
    lines = said(sys.argv[1], scene, fault)
    if lines != [end, "nothing left"]:
        offences += 1
        print(f"{scene} with {fault}: {lines}, not {end!r}")
print(f"{len(FAULTS)} faults, {offences} offences")
sys.exit(1 if offences else 0)

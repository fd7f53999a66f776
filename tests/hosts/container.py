#!/usr/bin/env python3
"""Runs a command as a default container would: as root with the capabilities that containers
leave, without IPv6, and without new namespaces or mounts.

    container.py COMMAND...

It needs root, and a network namespace to put the command into.
"""

import ctypes
import os
import subprocess
import struct
import sys

# What container engines leave of the capabilities (capabilities(7)).
KEPT = """chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service net_raw
    sys_chroot mknod audit_write setfcap""".split()
CLONE_NEWNET = 0x40000000
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
# unshare, setns, mount, umount2, pivot_root and io_uring_setup by their numbers.
REFUSED = {"x86_64": (272, 308, 165, 166, 155, 425), "aarch64": (97, 268, 40, 39, 41, 425)}
EPERM = 1


def refuse_calls(numbers):
    """These system calls fail with EPERM from here on (seccomp(2))."""
    libc = ctypes.CDLL(None, use_errno=True)
    program = struct.pack("HBBI", 0x20, 0, 0, 0)  # load the number of the call
    for at, number in enumerate(numbers):
        program += struct.pack("HBBI", 0x15, len(numbers) - at, 0, number)
    program += struct.pack("HBBI", 0x06, 0, 0, 0x7FFF0000)  # allow
    program += struct.pack("HBBI", 0x06, 0, 0, 0x00050000 | EPERM)
    code = ctypes.create_string_buffer(program, len(program))
    filters = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8,
                                                      ctypes.addressof(code)))
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filters, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def enter(command):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    with open("/proc/sys/net/ipv6/conf/all/disable_ipv6", "w") as file:
        file.write("1")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    refuse_calls(REFUSED[os.uname().machine])
    kept = ",".join("+" + name for name in KEPT)
    os.execvp("setpriv", ["setpriv", "--bounding-set", "-all," + kept, "--inh-caps", "-all",
                          *command])


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    enter(sys.argv[1:])

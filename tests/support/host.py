"""What not every host has: tests ask for it first and are skipped by name without it, but never
where CI=true, where a lack is a failure. LACKS="IPv6;..." plays a host that lacks these. The same
for the tests in C++ is host.hpp."""

import os
import pathlib
import socket
import subprocess
import sys

IPV6 = "IPv6"
OWN_NETWORK = "a network namespace of its own"
OWN_HOST = "network and mount namespaces of its own"

SKIPPED = 77  # the exit status that Meson shows as a skipped test
AS_ROOT = [] if os.geteuid() == 0 else ["--map-root-user"]


def _has_ipv6():
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as one:
            one.bind(("::1", 0))
        return True
    except OSError:
        return False


def _can_unshare(*what):
    try:
        return subprocess.run(["unshare", *what, *AS_ROOT, "true"], stdin=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode == 0
    except FileNotFoundError:
        return False


_PROBES = {
    IPV6: _has_ipv6,
    OWN_NETWORK: lambda: _can_unshare("--net"),
    OWN_HOST: lambda: _can_unshare("--net", "--mount", "--propagation", "private"),
}


def is_ci():
    return os.environ.get("CI") == "true"


def has(need, is_there=None):
    return need not in os.environ.get("LACKS", "").split(";") and (is_there or _PROBES[need])()


def leaves_out(what, need, is_there=None):
    """Whether a part of a test is to be left out, which is said. It is not where CI=true: there it
    fails. `is_there` asks for what only one test needs."""
    if is_ci() or has(need, is_there):
        return False
    print(f"skipped: {what}: needs {need}", flush=True)
    return True


def needs(test, need):
    """First in a test method: skips it."""
    if leaves_out(test._testMethodName, need):
        test.skipTest(f"needs {need}")


def program_needs(need):
    """First in a script: ends it as skipped."""
    if leaves_out(pathlib.Path(sys.argv[0]).stem, need):
        sys.exit(SKIPPED)

"""A host of a test's own: its network, which has a loopback only, and its names."""

import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import host  # noqa: E402

MARK = "FERRULE_OWN_HOST"


def enter():
    """Runs this script once more, in namespaces of its own, which end with it. First thing in main:
    nothing may have been started before. Without root it is root there only. Where the host lets
    nobody have namespaces, the script is skipped."""
    if MARK not in os.environ:
        host.program_needs(host.OWN_HOST)
        os.environ[MARK] = "entered"
        os.execvp("unshare", ["unshare", "--net", "--mount", "--propagation", "private",
                              *host.AS_ROOT, sys.executable, *sys.argv])
    del os.environ[MARK]
    run("ip link set lo up")


def run(command):
    """ip(8) and the like."""
    subprocess.run(command.split(), check=True, stdin=subprocess.DEVNULL)


def names(*lines):
    """These lines, such as `::1 localhost`, are the /etc/hosts of this host."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "hosts")
        file.write_text("".join(line + "\n" for line in lines))
        file.chmod(0o644)
        run(f"mount --bind {file} /etc/hosts")  # stays there when its name is gone

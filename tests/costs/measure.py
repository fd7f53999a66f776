"""What the measurements share: programs by g++ -O2 whose instructions callgrind counts."""

import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
INCLUDE = HERE.parents[1] / "include"


def output(*command):
    """What a command prints; ends this script with it when the command fails."""
    done = subprocess.run(
        command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def compiled(source, folder):
    program = pathlib.Path(folder, source.stem)
    output("g++", "-std=c++20", "-O2", f"-I{INCLUDE}", source, "-o", program)
    return program


def instructions(command):
    """User instructions of a whole run."""
    printed = output("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command)
    return int(re.search(r"Collected : (\d+)", printed)[1])


def difference(command, few, many):
    """User instructions of one more time, when the last argument says how many times."""
    return (instructions([*command, str(many)]) - instructions([*command, str(few)])) / (many - few)

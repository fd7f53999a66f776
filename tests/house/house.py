"""What the checks of the house share: the headers, their includes, and the build's compiler."""

import concurrent.futures
import json
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLOORS = [line.partition("#")[0].split()
          for line in (ROOT / "tests/house/folders.txt").read_text().splitlines()]
FLOORS = [floor for floor in FLOORS if floor]  # each above those that may include it
FOLDERS = [folder for floor in FLOORS for folder in floor]
OPT_IN = "bridge"  # of which ferrule.hpp includes nothing


def headers(include):
    """The names of all headers: 'endpoint/ipv4' for include/ferrule/endpoint/ipv4.hpp."""
    folder = pathlib.Path(include) / "ferrule"
    return sorted(str(path.relative_to(folder))[:-4] for path in folder.rglob("*.hpp"))


def is_body(name):
    """Whether it is the part of a contract in sys/ that is one system's: 'sys/poll/linux'."""
    return name.startswith("sys/") and name.count("/") == 2


def path_of(include, name):
    return pathlib.Path(include) / "ferrule" / f"{name}.hpp"


def includes(include, name):
    """(line number, included name, rest of the line) of every #include of a header."""
    pattern = re.compile(r'\s*#\s*include\s*[<"]([^>"]+)[>"](.*)')
    body = re.compile(r'#include FERRULE_SYSTEM_BODY\("(.+)", "(.+)"\)')
    lines = path_of(include, name).read_text().splitlines()
    for number, line in enumerate(lines, 1):
        if match := pattern.match(line):
            yield number, match[1], match[2]
        elif match := body.match(line):
            for one in match.groups():
                yield number, one, ""


def ferrule_includes(include, name):
    """(line number, name) of the ferrule headers that a header includes."""
    for number, included, _ in includes(include, name):
        beside = path_of(include, name).parent / included
        root = (pathlib.Path(include) / "ferrule").resolve()
        if included.startswith("ferrule/"):
            yield number, included.removeprefix("ferrule/").removesuffix(".hpp")
        elif beside.is_file():
            yield number, str(beside.resolve().relative_to(root)).removesuffix(".hpp")


def folder_of(name):
    """'endpoint' for endpoint/ipv4 and for endpoint/impl/x; '' for a header in no folder."""
    return name.partition("/")[0] if "/" in name else ""


def floor_of(folder):
    """How far down a folder is: 0 for those that only their own floor includes of."""
    return next(at for at, floor in enumerate(FLOORS) if folder in floor)


def compiler(build):
    """The command that compiles the tests: the build's compiler, include paths and warnings."""
    commands = json.loads((pathlib.Path(build) / "compile_commands.json").read_text())
    entry = next(entry for entry in commands if entry["file"].endswith("tests/version.cpp"))
    words = shlex.split(entry["command"])
    if pathlib.Path(words[0]).name in ("ccache", "sccache"):  # Meson takes one that is installed
        del words[0]
    command, words = [], iter(words)
    for word in words:
        if word in ("-o", "-c", "-MF", "-MQ"):
            next(words)
        elif word in ("-I", "-isystem"):
            command.append(word + str(pathlib.Path(build, next(words)).resolve()))
        elif word.startswith("-I"):
            command.append("-I" + str(pathlib.Path(build, word[2:]).resolve()))
        elif not word.startswith(("-MD", "-std=", "-DMESON_", "-fdiagnostics-c", "-fcolor-")):
            command.append(word)
    return command


def compiler_alone(command):
    """Of such a command the compiler itself and its standard library, as for $CXX."""
    return [word for word in command
            if not word.startswith("-") or word.startswith(("-stdlib=", "--target="))]


def run(command, text=None, **options):
    """Runs a command; gives (whether it succeeded, everything it printed)."""
    done = subprocess.run(
        command, input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        stdin=None if text is not None else subprocess.DEVNULL, **options)
    return done.returncode == 0, done.stdout


def two_at_once(function, items):
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(function, items))


def plant(files):
    """A temporary include folder with these files in ferrule/. Use it in a `with`."""
    folder = tempfile.TemporaryDirectory()
    for name, text in files.items():
        path = path_of(folder.name, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def copy_project(target):
    """Copies what a consumer needs of the project: the headers and the files for Meson and CMake."""
    shutil.copytree(ROOT / "include", target / "include")
    for name in ("meson.build", "meson_options.txt", "CMakeLists.txt"):
        shutil.copy(ROOT / name, target)


def expect(offences, text):
    """For self-tests: the planted offence is among the offences that were found."""
    if not any(text in offence for offence in offences):
        sys.exit(f"self-test: expected {text!r} among {offences}")


def try_planted(planted, check):
    """For self-tests: `check` finds in each include folder the offence that was planted, or none.

    `planted` is a list of (files of a folder, offence or None)."""
    for files, offence in planted:
        with plant(files) as include:
            found = check(include)
            if offence is None:
                assert not found, found
            else:
                expect(found, offence)


def report(offences, praise):
    """Ends a check: its offences and status 1, or one line of praise and status 0."""
    for offence in offences:
        print(offence)
    if not offences:
        print(praise)
    sys.exit(1 if offences else 0)

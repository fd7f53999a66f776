#!/usr/bin/env python3
"""What the README shows is true: readme.py BUILD

Its server compiles and echoes, its wrong line is refused in the words that it quotes (of clang 19;
by the others for the same reason), its table is what the tags say, its commands and paths exist.
"""

import pathlib
import re
import socket
import subprocess
import sys
import tempfile

import house

README = (house.ROOT / "README.md").read_text()


def blocks(language):
    """The code blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def compile_program(command, text, folder, *more):
    source = pathlib.Path(folder, "program.cpp")
    source.write_text(text)
    program = pathlib.Path(folder, "program")
    fine, said = house.run([*command, "-std=c++20", *more, str(source), "-o", str(program)])
    return program if fine else sys.exit(said)


def check_server(command, folder):
    """The server of the README, on a port that is free, echoes what it gets until the end."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    text = blocks("cpp")[0]
    if "127.0.0.1:8888" not in text:
        return ["its server does not listen on 127.0.0.1:8888"]
    server = subprocess.Popen(
        [compile_program(command, text.replace("127.0.0.1:8888", f"127.0.0.1:{port}"), folder)])
    try:
        while True:
            try:
                client = socket.create_connection(("127.0.0.1", port), timeout=60)
                break
            except ConnectionRefusedError:
                if server.poll() is not None:
                    return ["its server ended before a client came"]
        with client:
            client.sendall(b"read me" * 1000)
            client.shutdown(socket.SHUT_WR)
            echo = b"".join(iter(lambda: client.recv(4096), b""))
        if echo != b"read me" * 1000:
            return [f"its server echoed {len(echo)} other bytes"]
        return [] if server.wait(60) == 0 else ["its server ended with an error"]
    finally:
        server.kill()
        server.wait()


def without_places(said):
    """What a compiler said without the numbers of lines and columns, which move with every edit."""
    return re.sub(r"^ *\d* \|", "|", re.sub(r":\d+:\d+:", ":", said), flags=re.MULTILINE)


def check_refusal(command, folder):
    """The wrong line is refused for the reason that the README quotes."""
    compiler = house.compiler_alone(command)
    pathlib.Path(folder, "wrong.cpp").write_text(blocks("cpp")[1])
    pathlib.Path(folder, "include").symlink_to(house.ROOT / "include")
    fine, said = house.run([*compiler, "-std=c++20", "-I", "include", "-fsyntax-only", "wrong.cpp"],
                           cwd=folder)
    if fine:
        return ["its wrong line compiles"]
    version = house.run([*compiler, "--version"])[1]
    if "clang version 19." in version and without_places(said) != without_places(blocks("text")[0]):
        return [f"clang 19 says something else of its wrong line:\n{said}"]
    if not re.search(r"Carries<", said) or not re.search(r"OneOf<(ferrule::)?Datagram>", said):
        return [f"its wrong line is refused for another reason:\n{said}"]
    return []


def check_table(command, folder):
    program = compile_program(command, (house.ROOT / "tests/house/readme.cpp").read_text(), folder)
    table = house.run([str(program)])[1]
    return [] if table in README else [f"its table should be\n{table}"]


# What the lines of "How things end" are given.
GIVEN = """#include <ferrule/ferrule.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/bridge/stop_token.hpp>
#include <chrono>
using namespace ferrule;
using namespace std::chrono_literals;
void given(Listener<Ipv4>& listener, Connection<Ipv4>& connection, Stop& stop, Backoff& backoff,
           Conversations& conversations, int number) {
#ifdef __cpp_lib_jthread
std::stop_token token;
#else
int token = 0;
struct StopOnToken { Stop& stop; int token; };
#endif
"""


def check_endings(command, folder):
    """Each line of code of "How things end" compiles where there is what it names."""
    section = README.partition("## How things end")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| .*? \| (`.*) \|$", section, re.MULTILINE)
    code = [line for row in rows for line in re.findall(r"`(.*?)`", row) if ".hpp" not in line]
    if len(rows) < 12 or any(README.count(f"`{line}`") != 1 for line in code):
        return [f"its lines about endings are {code}"]
    source = pathlib.Path(folder, "endings.cpp")
    source.write_text(GIVEN + "".join("{ " + line + "; }\n" for line in code) + "}\n")
    # Nothing is done with what they return.
    fine, said = house.run([*command, "-std=c++20", "-Wno-error", "-fsyntax-only", str(source)])
    return [] if fine else [f"its lines about endings do not compile:\n{said}"]


def check_errors(command, folder):
    """Its program about errors says why nobody answers on port 1, and ends as it says."""
    program = compile_program(command, blocks("cpp")[2], folder)
    ended = subprocess.run([program], capture_output=True, text=True, timeout=60)
    if ended.returncode != 0 or "connect: Connection refused (ECONNREFUSED)" not in ended.stdout:
        return [f"its program about errors says {ended.stdout!r} and ends with {ended.returncode}"]
    return []


def check_words():
    """What it names exists."""
    offences = []
    for path in re.findall(r"\]\((?!https?:)([^)]+)\)", README):
        if not (house.ROOT / path).exists():
            offences.append(f"it links to {path}, which is not there")
    commands = re.findall(r"^sh (\S+)", "".join(blocks("sh")), re.MULTILINE)
    if commands != ["examples/run.sh", "tests/run.sh"]:
        offences.append(f"its commands are {commands}")
    for command in commands:
        if not (house.ROOT / command).exists():
            offences.append(f"{command} is not there")
    headers = house.headers(house.ROOT / "include")
    for row in re.findall(r"^\| \d \S.*? \| `(.*?)`", README, re.MULTILINE):
        for name in row.removesuffix(" ...").split():
            known = name in headers or any(header.startswith(name) for header in headers)
            if not known:
                offences.append(f"it names {name}, which is no header")
    return offences


def self_test():
    """A README with a command that is not there is an offence."""
    global README
    kept, README = README, README.replace("sh tests/run.sh", "sh tests/walk.sh")
    house.expect(check_words(), "walk.sh")
    README = kept


if __name__ == "__main__":
    self_test()
    command = house.compiler(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        offences = (check_server(command, folder) + check_refusal(command, folder) +
                    check_table(command, folder) + check_errors(command, folder) +
                    check_endings(command, folder) + check_words())
    house.report(offences, "the README is true")

#!/usr/bin/env python3
"""include/ferrule-single.hpp is what the headers make: every one of them in one file, after those
that it includes, the bridges behind macros. It compiles, alone and in two files of one program.

    single_header.py BUILD           checks it
    single_header.py --write         writes it again
"""

import pathlib
import re
import sys
import tempfile

import house

SINGLE = house.ROOT / "include/ferrule-single.hpp"
INCLUDE = re.compile(r'#include "(.+?)"')
SYSTEM_INCLUDE = re.compile(r"(#include <.+?>)(?: //.*)?$")
BODY = re.compile(r'#include FERRULE_SYSTEM_BODY\("(.+?)", "(.+?)"\)')
HEAD = """\
// SPDX-License-Identifier: MIT
// clang-format off
//
// All of ferrule in one file, {version}: what ferrule/ferrule.hpp includes. Made of the headers in
// ferrule/ by a script; change those. The bridges to other libraries come with it where a macro
// asks for them before the #include:
//
{bridges}

#ifndef FERRULE_SINGLE_HPP
#define FERRULE_SINGLE_HPP
"""


def macro_of(name):
    return "FERRULE_" + re.sub(r"\W", "_", name).upper()


class Single:
    """The texts of headers, each after those that it includes."""

    def __init__(self, include, done=()):
        self.include = include
        self.texts = {}
        self.done = set(done)

    def name_of(self, path):
        return str(path.resolve().relative_to((self.include / "ferrule").resolve()))[:-4]

    def add(self, name):
        """A header, after those that it includes."""
        if name in self.done:
            return
        self.done.add(name)
        path = house.path_of(self.include, name)
        depth = 0  # of #if
        text = []
        for line in path.read_text().splitlines():
            depth += 1 if re.match(r"#\s*if", line) else -1 if re.match(r"#\s*endif", line) else 0
            if line in ("#pragma once", "// SPDX-License-Identifier: MIT"):
                continue
            if body := BODY.match(line):
                of_linux, of_posix = (self.body(path.parent / one) for one in body.groups())
                text += ["#if defined(__linux__) && !defined(FERRULE_SYSTEM_POSIX)", *of_linux,
                         "#else", *of_posix, "#endif"]
            elif (ours := INCLUDE.match(line)) and (path.parent / ours[1]).is_file():
                if depth and self.name_of(path.parent / ours[1]) not in self.done:
                    sys.exit(f"{name}.hpp includes {ours[1]} on a condition")
                self.add(self.name_of(path.parent / ours[1]))
            else:
                text.append(line)
        self.texts[name] = [f"// ferrule/{name}.hpp", *text]

    def body(self, path):
        """The text of a body in sys/, after what it includes of ours; what it includes of the
        system stays with it."""
        text = []
        for line in path.read_text().splitlines():
            if (ours := INCLUDE.match(line)) and (path.parent / ours[1]).is_file():
                self.add(self.name_of(path.parent / ours[1]))
            elif line not in ("#pragma once", "// SPDX-License-Identifier: MIT"):
                text.append(line)
        return text


def once(lines):
    """Without the second #include of a header of the system; those on a condition stay."""
    depth, seen, kept = -1, set(), []  # the guard is no condition
    for line in lines:
        depth += 1 if re.match(r"#\s*if", line) else -1 if re.match(r"#\s*endif", line) else 0
        if (include := SYSTEM_INCLUDE.match(line)) and depth == 0:
            if include[1] in seen:
                continue
            seen.add(include[1])
        kept.append(line)
    return kept


def made_of(include):
    """The text of the single header that these headers make."""
    include = pathlib.Path(include)
    bridges = [name for name in house.headers(include) if name.startswith(house.OPT_IN + "/")]
    version = re.search(r'version = "(.+?)"', house.path_of(include, "version").read_text())[1]
    single = Single(include)
    single.add("ferrule")
    lines = HEAD.format(version=version, bridges="\n".join(
        f"//     #define {macro_of(name)}" for name in bridges)).splitlines()
    for text in single.texts.values():
        lines += text
    lines = once(lines)
    lines += ["#endif // FERRULE_SINGLE_HPP"]
    for bridge in bridges:
        # Each once, whenever it is asked for first; and so what only bridges need.
        with_bridge = Single(include, single.done)
        with_bridge.add(bridge)
        lines += ["", f"#ifdef {macro_of(bridge)}"]
        for name, text in with_bridge.texts.items():
            lines += [f"#ifndef {macro_of('single/' + name)}", f"#define {macro_of('single/' + name)}",
                      *text, "#endif"]
        lines += ["#endif"]
    return re.sub(r"\n\n\n+", "\n\n", "\n".join(lines)) + "\n"


PROGRAM = """
#include "ferrule-single.hpp"
#define FERRULE_BRIDGE_OSTREAM
#define FERRULE_BRIDGE_SIGNALS
#define FERRULE_BRIDGE_SYSTEM_ERROR
#define FERRULE_BRIDGE_FORMAT
#define FERRULE_BRIDGE_STOP_TOKEN
#include "ferrule-single.hpp"
#include "ferrule-single.hpp"
#include <iostream>
int other();
int main() {
    ferrule::Stop stop;
    const ferrule::StopOnSignals on_signals{stop, SIGTERM};
    auto [one, two] = ferrule::Connection<ferrule::Unix>::pair().value();
    one.send_all("hello").value();
    char buffer[5];
    constexpr ferrule::Endpoint<ferrule::Ipv4> endpoint{"127.0.0.1:80"};
    std::cout << endpoint;
    return two.receive_exactly(buffer).value() == "hello" ? other() : 1;
}
"""
OTHER = """
#include "ferrule-single.hpp"
int other() { return ferrule::Socket<ferrule::Ipv4, ferrule::Datagram>::open() ? 0 : 2; }
"""


def check_program(command, text):
    """What is wrong with a program of two files that have this header only."""
    command = [word for word in command if not word.startswith("-I")]
    with tempfile.TemporaryDirectory() as folder:
        for name, content in {"ferrule-single.hpp": text, "program.cpp": PROGRAM,
                              "other.cpp": OTHER}.items():
            pathlib.Path(folder, name).write_text(content)
        offences = []
        for system in ([], ["-DFERRULE_SYSTEM_POSIX"]):
            fine, said = house.run([*command, *system, "-std=c++20", "program.cpp", "other.cpp", "-o",
                                    "program"], cwd=folder)
            if fine:
                fine, said = house.run([f"{folder}/program"])
                fine = fine and said == "127.0.0.1:80"
            offences += [] if fine else [f"a program with the single header, {system}:\n{said}"]
        return offences


def check(command, include, text):
    made = made_of(include)
    offences = [] if text == made else [
        "ferrule-single.hpp is not of these headers: python3 tests/house/single_header.py --write"]
    return offences + (check_program(command, made) if command else [])


def self_test():
    with house.plant({"ferrule": '#include "a.hpp"\n', "version": 'version = "1.2.3"\n',
                      "a": '#include <cstddef>\n#include "b.hpp"\nint a;\n',
                      "b": '#pragma once\nint b;\n', "bridge/c": '#include "../b.hpp"\nint c;\n'}
                     ) as include:
        made = made_of(include)
        assert made.index("int b;") < made.index("int a;") < made.index("FERRULE_BRIDGE_C\n#ifndef")
        assert made.count("int b;") == 1 and made.count("int c;") == 1 and "1.2.3" in made, made
        assert not check(None, include, made)
        house.path_of(include, "b").write_text("#pragma once\nlong b;\n")
        house.expect(check(None, include, made), "is not of these headers")


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        SINGLE.write_text(made_of(house.ROOT / "include"))
        sys.exit()
    self_test()
    house.report(check(house.compiler(sys.argv[1]), house.ROOT / "include", SINGLE.read_text()),
                 "the single header is of these headers, and a program builds with it")

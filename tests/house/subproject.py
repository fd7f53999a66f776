#!/usr/bin/env python3
"""A program that has ferrule as a Meson subproject builds without anything but the headers.

    subproject.py BUILD MESON
"""

import os
import pathlib
import re
import shlex
import sys
import tempfile

import house

MESON_BUILD = """
project('consumer', 'cpp', default_options: ['cpp_std=c++20'])
ferrule_dep = dependency('ferrule', fallback: 'ferrule')
executable('consumer', 'consumer.cpp', dependencies: ferrule_dep)
"""
PROGRAM = """
#include <ferrule/ferrule.hpp>
int main() {
    auto [one, two] = ferrule::Connection<ferrule::Unix>::pair().value();
    one.send_all("hello").value();
    char buffer[5];
    return two.receive_exactly(buffer).value() == "hello" ? 0 : 1;
}
"""


def check(command, meson, add_to_ferrule=""):
    """What is wrong when a fresh program uses the project, with this added to its meson.build."""
    with tempfile.TemporaryDirectory() as folder:
        consumer = pathlib.Path(folder)
        ferrule = consumer / "subprojects/ferrule"
        ferrule.mkdir(parents=True)
        house.copy_project(ferrule)
        project = (ferrule / "meson.build").read_text()
        override = "meson.override_dependency('ferrule', ferrule_dep)\n"
        (ferrule / "meson.build").write_text(project.replace(override, override + add_to_ferrule))
        (consumer / "meson.build").write_text(MESON_BUILD)
        (consumer / "consumer.cpp").write_text(PROGRAM)

        build = consumer / "build"
        steps = [
            [meson, "setup", "--wrap-mode=nodownload", build, consumer],
            [meson, "compile", "-C", build],
            [build / "consumer"],
        ]
        environment = os.environ | {"CXX": shlex.join(house.compiler_alone(command))}
        for step in steps:
            fine, said = house.run(step, env=environment)
            if not fine:
                return [f"{shlex.join(map(str, step))} failed:\n{said}"]
        log = (build / "meson-logs/meson-log.txt").read_text()
        looked_for = re.findall(r".*\b(?:fmt|doctest)\b.*", log)
        built = {path.name for path in build.rglob("*.o")} - {"consumer.cpp.o"}
        return ([f"looks for a library as a subproject: {line}" for line in looked_for] +
                [f"builds as a subproject: {name}" for name in sorted(built)])


if __name__ == "__main__":
    command, meson = house.compiler(sys.argv[1]), sys.argv[2]
    house.expect(check(command, meson, "dependency('fmt', required: false)\n"),
                 "looks for a library as a subproject")
    house.report(check(command, meson), "works as a subproject")

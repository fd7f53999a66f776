#!/usr/bin/env python3
"""What `meson install` installs: the headers and ferrule.pc, which builds a program.

    installed.py BUILD MESON
"""

import os
import pathlib
import shlex
import sys
import tempfile

import house

PROGRAM = """
#include <ferrule/ferrule.hpp>
#include <ferrule/version.hpp>
int main() { return ferrule::version == INSTALLED_VERSION ? 0 : 1; }
"""


def check(command, meson, stray=None):
    """What is wrong with an install of a copy of the project, which also has a stray file."""
    with tempfile.TemporaryDirectory() as folder:
        source, build, prefix = (pathlib.Path(folder, name) for name in ("source", "build", "prefix"))
        source.mkdir()
        house.copy_project(source)
        if stray:
            (source / "include/ferrule" / stray).touch()
        expected = {f"include/ferrule/{name}.hpp" for name in house.headers(source / "include")}
        expected |= {"include/ferrule-single.hpp", "include/ferrule.cppm", "share/pkgconfig/ferrule.pc",
                     "share/cmake/ferrule/ferruleConfig.cmake",
                     "share/cmake/ferrule/ferruleConfigVersion.cmake"}

        environment = os.environ | {
            "CXX": shlex.join(house.compiler_alone(command)),
            "PKG_CONFIG_PATH": str(prefix / "share/pkgconfig"),
        }
        environment.pop("DESTDIR", None)
        program = pathlib.Path(folder, "program")
        program.with_suffix(".cpp").write_text(PROGRAM)
        build_it = ("$CXX -std=c++20 $(pkg-config --cflags ferrule) $(pkg-config --libs ferrule) "
                    "-DINSTALLED_VERSION=\"\\\"$(pkg-config --modversion ferrule)\\\"\" "
                    "program.cpp -o program")
        steps = [
            [meson, "setup", f"--prefix={prefix}", "-Dtests=disabled", "-Dexamples=disabled",
             build, source],
            [meson, "install", "-C", build],
            ["sh", "-euc", build_it],
            [program],
        ]
        for step in steps:
            fine, said = house.run(step, cwd=folder, env=environment)
            if not fine:
                return [f"{shlex.join(map(str, step))} failed:\n{said}"]
        installed = {str(path.relative_to(prefix)) for path in prefix.rglob("*") if path.is_file()}
        return ([f"installs {name}, which is not a header" for name in installed - expected] +
                [f"does not install {name}" for name in expected - installed])


if __name__ == "__main__":
    command, meson = house.compiler(sys.argv[1]), sys.argv[2]
    house.expect(check(command, meson, stray="notes.txt"), "installs include/ferrule/notes.txt")
    house.report(check(command, meson), "installs its headers and ferrule.pc, and a program builds")

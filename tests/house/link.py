#!/usr/bin/env python3
"""Two files that include everything are linked together and work: both built with exceptions,
both without, and one of each kind; and what a library throws that hides its names is caught by its
name: link.py BUILD"""

import pathlib
import sys
import tempfile

import house

SOURCES = house.ROOT / "tests/house/link"
WITH, WITHOUT = [], ["-fno-exceptions", "-fno-rtti"]


def check(command, include=None):
    """What is wrong when main.cpp and other.cpp include this folder first."""
    command = command[:1] + ([f"-I{include}"] if include else []) + command[1:] + ["-std=c++20"]
    with tempfile.TemporaryDirectory() as folder:
        def build(job):
            name, kind, flags = job
            return house.run(command + flags + ["-c", str(SOURCES / f"{name}.cpp"),
                                                "-o", f"{folder}/{name}_{kind}.o"])

        kinds = {"with": WITH, "without": WITHOUT}
        jobs = [(name, kind, flags) for name in ("main", "other") for kind, flags in kinds.items()]
        offences = [f"{job[0]}.cpp {job[1]} exceptions does not compile:\n{said}"
                    for job, (fine, said) in zip(jobs, house.two_at_once(build, jobs)) if not fine]
        if offences:
            return offences

        for main in kinds:
            for other in kinds:
                objects = [f"{folder}/main_{main}.o", f"{folder}/other_{other}.o"]
                program = pathlib.Path(folder, f"{main}_{other}")
                # Both orders: where two definitions have one name, the linker takes the first.
                for order in (objects, objects[::-1]):
                    fine, said = house.run(command + order + ["-o", str(program)])
                    if fine:
                        fine, said = house.run([program])
                    if not fine:
                        offences.append(f"main {main} and other {other} exceptions:\n{said}")
        return offences


LIBRARY = """
#include <ferrule/core/result.hpp>
__attribute__((visibility("default"))) void fails() {
    ferrule::Result<int>{ferrule::Error{ferrule::Errc::deadline_exceeded, ferrule::Operation::wait}}.value();
}
"""
CATCHES = """
#include <ferrule/core/result.hpp>
void fails();
int main() {
    try {
        fails();
    } catch (const ferrule::Failure& failure) {
        return failure.error() == ferrule::Errc::deadline_exceeded ? 0 : 2;
    } catch (...) {
        return 3;
    }
    return 4;
}
"""


def check_hidden(command, include):
    """What is wrong with a Failure that a library with hidden names throws."""
    command = [word for word in command if word != "-Werror"]
    command += [f"-I{include}", "-std=c++20", "-fvisibility=hidden", "-fvisibility-inlines-hidden"]
    with tempfile.TemporaryDirectory() as folder:
        at = pathlib.Path(folder)
        (at / "library.cpp").write_text(LIBRARY)
        (at / "main.cpp").write_text(CATCHES)
        for words in ([*command, "-shared", "-fPIC", at / "library.cpp", "-o", at / "library.so"],
                      [*command, at / "main.cpp", at / "library.so", "-o", at / "main"],
                      [at / "main"]):
            fine, said = house.run([str(word) for word in words])
            if not fine:
                return [f"hidden names: {words[-1]}: {said or 'the Failure was not caught'}"]
    return []


if __name__ == "__main__":
    command = house.compiler(sys.argv[1])
    everything = house.path_of(house.ROOT / "include", "ferrule")
    planted = f'#include "{everything}"\nint defined_in_both_files();\n'
    planted += "int defined_in_both_files() { return 1; }\n"
    with house.plant({"ferrule": planted}) as include:
        house.expect(check(command, include), "defined_in_both_files")
    offences = check(command) + check_hidden(command, house.ROOT / "include")
    house.report(offences, "links with and without exceptions, and with hidden names")

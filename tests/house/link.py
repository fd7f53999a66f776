#!/usr/bin/env python3
"""Two files that include everything are linked together and work: both built with exceptions,
both without, and one of each kind; and what a library throws that hides its names is caught by its
name; and what is a system call and little around it is a function only without optimisation:
link.py BUILD"""

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


SENDS = """
#include <ferrule/sys/transfer.hpp>
bool sends(int descriptor) { return ferrule::sys::send(descriptor, "x", 1, 0).has_value(); }
"""


def check_inlined(command, include):
    """What is wrong with sys::send(): always inlined (-fno-inline is about the others), or never."""
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder, "sends.o")

        def is_function(*flags):
            fine, said = house.run(command[:1] + [f"-I{include}"] + command[1:] +
                                   ["-std=c++20", *flags, "-x", "c++", "-c", "-", "-o", str(output)], SENDS)
            assert fine, said
            return b"_ZN7ferrule3sys4sendE" in output.read_bytes()

        return [f"sys::send() is {'no' if wanted else 'a'} function with {' '.join(flags)}"
                for wanted, flags in [(True, ["-O0"]), (False, ["-O1", "-fno-inline"])]
                if is_function(*flags) != wanted]


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
    for attribute, offence in (("", "a function with -O1"), ("[[gnu::always_inline]] ", "no function with -O0")):
        planted = "int calls(int);\nstruct Sent { int n; bool has_value() const { return n > 0; } };\nnamespace ferrule::sys {\n"
        planted += attribute + "inline Sent send(int n, const void*, int, int) { return {calls(n)}; }\n}\n"
        with house.plant({"sys/transfer": planted}) as include:
            house.expect(check_inlined(command, include), offence)
    include = house.ROOT / "include"
    offences = check(command) + check_hidden(command, include) + check_inlined(command, include)
    house.report(offences, "links with and without exceptions, with hidden names, and inlined as it should be")

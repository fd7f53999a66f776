#!/usr/bin/env python3
"""A project of somebody else has ferrule, in one of the ways of the README's "How to use it", and
its program runs: consumers.py BUILD MESON WAY

What the README shows of a way is what is built here, line by line.
"""

import os
import pathlib
import re
import shlex
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "house"))
import house  # noqa: E402

README = (house.ROOT / "README.md").read_text().partition("\n## How to use it")[2].partition("\n## ")[0]
BLOCKS = [(language, text) for language, text in
          re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)]
STRICT = ["-Werror", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion",
          "-Wshadow", "-Wold-style-cast"]
OF_GCC = ["-Wuseless-cast", "-Wduplicated-cond", "-Wlogical-op", "-Wnull-dereference",
          "-Wdouble-promotion", "-Wcast-align", "-Wnon-virtual-dtor", "-Woverloaded-virtual"]
# Of -Weverything what tells of other dialects, of padding and of a `@` in a comment, and what
# contradicts another warning.
OF_CLANG = ["-Weverything"] + ["-Wno-" + name for name in (
    "c++98-compat c++98-compat-pedantic c++98-compat-local-type-template-args pre-c++14-compat "
    "pre-c++17-compat pre-c++20-compat pre-c++20-compat-pedantic c++20-compat unsafe-buffer-usage "
    "padded documentation-unknown-command ctad-maybe-unsupported switch-enum switch-default weak-vtables").split()]


class Failed(Exception):
    pass


class Consumer:
    """A folder of somebody else's."""

    def __init__(self, folder, command, meson):
        self.folder = pathlib.Path(folder)
        self.compiler = house.compiler_alone(command)
        self.is_clang = "clang" in house.run([*self.compiler, "--version"])[1]
        self.meson = meson
        self.environment = os.environ | {"CXX": shlex.join(self.compiler)}
        for name in ("CXXFLAGS", "CPPFLAGS", "DESTDIR"):
            self.environment.pop(name, None)
        shutil.copy(HERE / "program.cpp", folder)

    def run(self, *words, at="."):
        words = [str(word) for word in words]
        fine, said = house.run(words, cwd=self.folder / at, env=self.environment)
        if not fine:
            raise Failed(f"{shlex.join(words)} failed:\n{said}")
        if re.search(r"\bwarning: ", said):
            raise Failed(f"{shlex.join(words)} warns:\n{said}")
        return said

    def shell(self, text):
        self.run("sh", "-euc", text.replace("c++ -std", "$CXX -std").replace("clang++ -std", "$CXX -std"))

    def ferrule(self, at):
        """The project, in this folder."""
        (self.folder / at).mkdir(parents=True)
        house.copy_project(self.folder / at)
        return self.folder / at

    def repository(self, at):
        """The project, in a repository of its own."""
        folder = self.ferrule(at)
        who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
        self.run("git", "init", "-q", "-b", "main", at=at)
        self.run("git", "add", ".", at=at)
        self.run("git", *who, "commit", "-q", "-m", "a copy", at=at)
        return folder

    def project(self, name, *lines_of_readme):
        """The files of a consumer, which have the README's block of this language, as it stands."""
        for path in (HERE / name).iterdir():
            shutil.copy(path, self.folder)
        text = next((HERE / name).iterdir()).read_text()
        for block in lines_of_readme:
            if block not in text:
                raise Failed(f"{name} does not have what the README shows:\n{block}")

    def cmake(self, *options):
        shutil.rmtree(self.folder / "build", ignore_errors=True)
        self.run("cmake", "-S", ".", "-B", "build", *options)
        self.run("cmake", "--build", "build")
        self.run("build/program")


def block(language, having):
    """The README's block of a language with these words, of at most five lines."""
    found = [text for one, text in BLOCKS if one == language and having in text]
    if len(found) != 1:
        raise Failed(f"the README has {len(found)} blocks of {language} with {having!r}")
    if found[0].count("\n") > 5 and language != "ini":
        raise Failed(f"more than five lines:\n{found[0]}")
    return found[0]


def include(consumer):
    consumer.ferrule("ferrule")
    consumer.shell(block("sh", "-Iferrule/include program"))
    consumer.run("./a.out")


def warnings(consumer):
    """No warning, and nothing else that a strict project forbids."""
    consumer.ferrule("ferrule")
    strict = STRICT + (OF_CLANG if consumer.is_clang else OF_GCC)
    if consumer.is_clang and " version 14." in consumer.run(*consumer.compiler, "--version"):
        strict = STRICT
    for more in ([], ["-O2"], ["-fno-exceptions", "-fno-rtti"], ["-std=c++2b"]):
        consumer.run(*consumer.compiler, "-std=c++20", *strict, *more, "-Iferrule/include",
                     "program.cpp")
        consumer.run("./a.out")


def single_header(consumer):
    line = re.search(r'`(#include "ferrule-single.hpp")`', README)[1]
    shutil.copy(house.ROOT / "include/ferrule-single.hpp", consumer.folder)
    program = (consumer.folder / "program.cpp").read_text()
    (consumer.folder / "program.cpp").write_text(
        program.replace("#include <ferrule/ferrule.hpp>", line))
    consumer.shell("c++ -std=c++20 program.cpp && ./a.out")


def meson_wrap(consumer):
    """A wrap of a repository, in projects of other standards and of all warnings."""
    repository = consumer.repository("elsewhere/ferrule")
    consumer.project("meson_wrap", block("meson", "ferrule_dep"))
    (consumer.folder / "subprojects").mkdir()
    (consumer.folder / "subprojects/ferrule.wrap").write_text(
        block("ini", "wrap-git").replace("https://example.org/ferrule.git", f"file://{repository}"))
    consumer.run(consumer.meson, "setup", "build")
    strict = STRICT + ([] if consumer.is_clang else OF_GCC)
    known = consumer.run(consumer.meson, "configure", "build")
    newest = next(name for name in ("c++23", "c++2b", "c++20") if name in known)
    for standard in ("c++20", newest):
        consumer.run(consumer.meson, "configure", "build", f"-Dcpp_std={standard}",
                     f"-Dcpp_args={strict}")
        consumer.run("ninja", "-C", "build")
        consumer.run("build/program")
    # What a project of an older standard hears, before anything else.
    consumer.run(consumer.meson, "configure", "build", "-Dcpp_std=c++17")
    fine, said = house.run(["ninja", "-C", str(consumer.folder / "build")])
    if fine or "ferrule needs C++20: pass -std=c++20 (Meson: cpp_std=c++20" not in said:
        raise Failed(f"in a project of C++17:\n{said}")


def meson_wrap_file(consumer):
    """A wrap of an archive, with its checksum."""
    consumer.ferrule("ferrule-0.1.0")
    consumer.project("meson_wrap")
    consumer.run("tar", "-czf", "ferrule.tar.gz", "ferrule-0.1.0")
    shutil.rmtree(consumer.folder / "ferrule-0.1.0")
    sum_of = consumer.run("sha256sum", "ferrule.tar.gz").split()[0]
    (consumer.folder / "subprojects").mkdir()
    (consumer.folder / "subprojects/ferrule.wrap").write_text(
        f"[wrap-file]\ndirectory = ferrule-0.1.0\nsource_url = file://{consumer.folder}/ferrule.tar.gz\n"
        f"source_filename = ferrule.tar.gz\nsource_hash = {sum_of}\n\n"
        "[provide]\ndependency_names = ferrule\n")
    consumer.run(consumer.meson, "setup", "build")
    consumer.run("ninja", "-C", "build")
    consumer.run("build/program")


def pkg_config(consumer):
    consumer.ferrule("ferrule")
    consumer.shell("cd ferrule; " + block("sh", "meson install").replace(
        "meson setup", f"{shlex.quote(str(consumer.meson))} setup --prefix={consumer.folder}/prefix"))
    consumer.environment["PKG_CONFIG_PATH"] = f"{consumer.folder}/prefix/share/pkgconfig"
    consumer.shell(block("sh", "pkg-config"))
    consumer.run("./a.out")


def cmake_package(consumer):
    """After an install by Meson, and after one by CMake; what is installed may move elsewhere."""
    consumer.project("cmake_package", block("cmake", "find_package"))
    source = consumer.ferrule("elsewhere/ferrule")
    consumer.run(consumer.meson, "setup", "by_meson", source, f"--prefix={consumer.folder}/one",
                 "-Dtests=disabled", "-Dexamples=disabled")
    consumer.run(consumer.meson, "install", "-C", "by_meson")
    consumer.run("cmake", "-S", source, "-B", "by_cmake", f"-DCMAKE_INSTALL_PREFIX={consumer.folder}/two")
    consumer.run("cmake", "--install", "by_cmake")
    shutil.rmtree(consumer.folder / "elsewhere")
    for prefix in ("one", "two"):
        (consumer.folder / prefix).rename(consumer.folder / f"{prefix}_moved")
        consumer.cmake(f"-DCMAKE_PREFIX_PATH={consumer.folder}/{prefix}_moved")
    text = (consumer.folder / "CMakeLists.txt").read_text()
    for asked in ("0.2", "1", "0.1.1", "0.0"):
        (consumer.folder / "CMakeLists.txt").write_text(text.replace("ferrule 0.1", f"ferrule {asked}"))
        fine, said = house.run(["cmake", "-S", str(consumer.folder), "-B", str(consumer.folder / "other"),
                                f"-DCMAKE_PREFIX_PATH={consumer.folder}/one_moved"],
                               env=consumer.environment)
        if fine or "version: 0.1.0" not in said:
            raise Failed(f"0.1.0 was taken for {asked}:\n{said}")


def cmake_subdirectory(consumer):
    """Inside a project of C++17 with all warnings as errors; it installs nothing of ferrule."""
    consumer.ferrule("ferrule")
    consumer.project("cmake_subdirectory", block("cmake", "add_subdirectory"))
    consumer.cmake()
    consumer.run("cmake", "--install", "build", "--prefix", "prefix")
    if (consumer.folder / "prefix").exists():
        raise Failed("it installs what the project does not")


def cmake_fetch(consumer):
    source = consumer.repository("elsewhere/ferrule")
    consumer.project("cmake_fetch", block("cmake", "FetchContent"))
    consumer.cmake(f"-DFETCHCONTENT_SOURCE_DIR_FERRULE={source}")
    text = (consumer.folder / "CMakeLists.txt").read_text()
    (consumer.folder / "CMakeLists.txt").write_text(
        text.replace("https://example.org/ferrule.git", f"file://{source}"))
    consumer.cmake()


def cmake_precompiled(consumer):
    consumer.ferrule("ferrule")
    consumer.project("cmake_precompiled")
    consumer.cmake()


def module(consumer):
    consumer.ferrule("ferrule")
    program = (consumer.folder / "program.cpp").read_text()
    (consumer.folder / "program.cpp").write_text(
        program.replace("#include <ferrule/ferrule.hpp>", "#include <string_view>\nimport ferrule;"))
    consumer.shell(block("sh", "--precompile"))
    consumer.run("./a.out")


def header_unit(consumer):
    consumer.ferrule("ferrule")
    program = (consumer.folder / "program.cpp").read_text()
    (consumer.folder / "program.cpp").write_text(
        program.replace("#include <ferrule/ferrule.hpp>", "import <ferrule/ferrule.hpp>;"))
    unit = [*consumer.compiler, "-std=c++20", "-isystem", "ferrule/include",
            "-Wno-experimental-header-units"]
    consumer.run(*unit, "-fmodule-header=system", "-xc++-header", "ferrule/ferrule.hpp", "-o", "f.pcm")
    consumer.run(*unit, "-fmodule-file=f.pcm", "program.cpp")
    consumer.run("./a.out")


def main():
    command, meson, way = house.compiler(sys.argv[1]), sys.argv[2], sys.argv[3]
    with tempfile.TemporaryDirectory() as folder:
        try:
            globals()[way](Consumer(folder, command, meson))
        except Failed as failed:
            sys.exit(str(failed))
    print("its program runs")


main()

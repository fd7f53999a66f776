#!/usr/bin/env python3
"""The headers compile where others include them: beside 40 headers of the system and of libraries
with `using namespace ferrule`, under the macros and the switches of other projects, for 32 bits and
on musl; and what is too old for them hears so in one error.

    dialects.py BUILD
"""

import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile

import house

sys.path.insert(0, str(house.ROOT / "tests/support"))
import host  # noqa: E402

EVERYTHING = ["ferrule", "bridge/signals", "bridge/stop_token", "bridge/ostream",
              "bridge/system_error"]

# Headers that programs include beside ours.
NEIGHBOURS = """
    cstdlib cstdio cstring cmath ctime csignal cerrno chrono string thread filesystem iostream
    algorithm memory functional getopt.h unistd.h fcntl.h signal.h poll.h netdb.h pthread.h
    semaphore.h termios.h regex.h glob.h fnmatch.h dirent.h syslog.h pwd.h grp.h spawn.h
    sys/types.h sys/stat.h sys/socket.h sys/un.h sys/wait.h sys/ioctl.h sys/epoll.h sys/resource.h
    sys/uio.h netinet/in.h netinet/tcp.h netinet/ip.h arpa/inet.h net/if.h linux/errqueue.h
    event2/event.h
""".split()
X11 = ["X11/Xlib.h", "X11/Xutil.h"]

# What Qt, Windows-minded and old projects define, as their headers do.
MACROS = ["signals=public", "slots=", "emit=", "foreach=for", "interface=struct", "noinline=x",
          "always_inline=inline", "cold=x", "forceinline=x", "min(a,b)=((a)<(b)?(a):(b))",
          "max(a,b)=((a)>(b)?(a):(b))", "major(a)=a", "minor(a)=a"]

USES = """
using namespace ferrule;
int main() {
    auto listener = Listener<Ipv4>::listen("127.0.0.1:0", opt::DeferAccept{Seconds{1}});
    return std::system("true") + (listener ? opt::NoDelay{true}.value : optind);
}
"""


def program(ours, before=(), after=(), rest="int main() {}"):
    lines = [f"#include <{name}>" for name in before]
    lines += [f"#include <ferrule/{name}.hpp>" for name in ours]
    lines += [f"#include <{name}>" for name in after]
    return "\n".join([*lines, rest, ""])


TALKS = """
#include <ferrule/ferrule.hpp>
using namespace ferrule;
extern "C" int _dl_find_object(void*, void*) { return -1; } // of glibc, which g++'s libgcc asks
int main() {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0", opt::KeepAlive{true}).value();
    const auto client = Connection<Ipv4>::connect(listener.local_endpoint().value()).value();
    const auto server = listener.accept().value().connection;
    char buffer[5];
    bool has_loopback = false;
    const auto all = interfaces().value();
    for (const Interface& one : all) {
        has_loopback = has_loopback || one.is_loopback();
    }
    return has_loopback && client.send_all("hello") &&
                   server.receive_exactly(buffer).value() == "hello"
               ? 0
               : 1;
}
"""


class Compiler:
    def __init__(self, build, folder):
        self.command = house.compiler(build)
        self.folder = pathlib.Path(folder)
        said = house.run([*self.command, "--version"])[1]
        self.is_clang = "clang" in said
        self.is_libcxx = "-stdlib=libc++" in self.command

    def can(self, *flags, source="#include <cstddef>\n"):
        return lambda: house.run([*self.command, "-fsyntax-only", *flags, "-x", "c++", "-"],
                                 source)[0]

    def offences(self, name, source, *flags, standard="c++20"):
        """What a compiler says of a program that has to compile without a warning."""
        path = self.folder / "program.cpp"
        path.write_text(source)
        fine, said = house.run([*self.command, f"-std={standard}", "-Wall", "-Wextra", "-Werror",
                                "-fsyntax-only", f"-I{house.ROOT / 'include'}", *flags, str(path)])
        if not fine:
            yield f"{name}: {said[:1500]}"

    def on_musl(self):
        """A program that is linked with musl, its headers and none of glibc's, and runs. Those of
        the kernel are the same, and g++'s own library has to be told that there is no glibc."""
        compiler = self.command[0]
        said = subprocess.run([compiler, "-E", "-v", "-x", "c++", "/dev/null"], text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE).stderr
        folders = [pathlib.Path(line.strip()) for line in said.splitlines()
                   if line.startswith(" /") and ("c++" in line or "/gcc/" in line)]
        kernel = self.folder / "kernel"
        kernel.mkdir()
        for path in ("linux", "asm-generic", f"{platform.machine()}-linux-gnu/asm"):
            (kernel / path.rpartition("/")[2]).symlink_to(f"/usr/include/{path}")
        source, program = self.folder / "musl.cpp", self.folder / "musl"
        source.write_text(TALKS)
        words = ["musl-gcc", "-std=c++20", "-D__GLIBC_PREREQ(major,minor)=0", "-static",
                 *(f"-isystem{folder}" for folder in folders), f"-I{house.ROOT / 'include'}",
                 f"-idirafter{kernel}", str(source), "-o", str(program), "-lstdc++"]
        folder = subprocess.run([compiler, "-print-file-name=libstdc++.a"], text=True,
                                stdout=subprocess.PIPE).stdout.strip()
        words.append(f"-L{pathlib.Path(folder).parent}")
        for command in (words, [str(program)]):
            fine, said = house.run(command, env=os.environ | {"REALGCC": compiler})
            if not fine:
                yield f"on musl: {said[:1500] or 'it does not run'}"
                return

    def refusals(self, name, source, sentence, *flags, standard):
        """Too old: one #error with the sentence, then an end."""
        path = self.folder / "program.cpp"
        path.write_text(source)
        fine, said = house.run([*self.command, f"-std={standard}", "-fsyntax-only",
                                f"-I{house.ROOT / 'include'}", *flags, str(path)])
        errors = [line for line in said.splitlines() if re.search(r"\berror: ", line)]
        if fine or len(errors) > 2 or sentence not in errors[0]:
            yield f"{name}: {len(errors)} errors, the first of them: {errors[:1]}"

    def all_offences(self):
        neighbours = NEIGHBOURS
        has_x11 = self.can(source="".join(f"#include <{name}>\n" for name in X11))
        if not host.leaves_out("beside X11", "the headers of X11", has_x11):
            neighbours = NEIGHBOURS + X11
        yield from self.offences("beside others", program(EVERYTHING, neighbours, (), USES))
        yield from self.offences("before others", program(EVERYTHING, (), neighbours, USES))
        if not host.leaves_out("for 32 bits", "a compiler for 32 bits", self.can("-m32")):
            yield from self.offences("for 32 bits", program(EVERYTHING), "-m32", "-Wconversion",
                                     "-Wsign-conversion")
        macros = [f"-D{macro}" for macro in MACROS]
        # The system's own headers come first, as they do where such macros are at home.
        system = ["cstdlib", "chrono", "string", "thread", "iostream", "stop_token", "system_error",
                  "span", "compare", "array", "bit", "csignal", "sys/sysmacros.h",
                  "linux/inet_diag.h", "linux/rtnetlink.h", "linux/sock_diag.h", 
                  "linux/if_packet.h", "linux/netlink.h", "ifaddrs.h", "net/if.h", "netdb.h",
                  "sys/epoll.h", "sys/eventfd.h", "sys/un.h", "sys/file.h", "sys/uio.h", "fcntl.h",
                  "poll.h", "pthread.h", "sys/stat.h", "limits", "utility", "charconv", "atomic",
                  "condition_variable", "mutex", "netinet/in.h", "netinet/tcp.h", "unistd.h"]
        defines = "\n".join(
            f"#undef {re.match('[a-z_]+', macro)[0]}\n#define " + macro.replace("=", " ", 1)
            for macro in MACROS)
        path = self.folder / "macros.hpp"
        path.write_text(defines + "\n")
        ours = "\n".join(f"#include <ferrule/{name}.hpp>" for name in EVERYTHING)
        yield from self.offences(
            "under macros", program([], system, (), f'#include "{path}"\n{ours}\nint main() {{}}'),
            *(["-Wno-keyword-macro"] if self.is_clang else []))
        yield from self.offences("with GNU extensions", program(EVERYTHING), standard="gnu++20")
        yield from self.offences("without char8_t", program(EVERYTHING), "-fno-char8_t")
        yield from self.offences("as C++23", program(EVERYTHING), standard="c++2b")
        if not self.is_clang and not host.leaves_out(
                "on musl", "musl-gcc", lambda: shutil.which("musl-gcc") is not None):
            yield from self.on_musl()
        if not self.is_clang:
            yield from self.offences("without useless casts", program(EVERYTHING), "-Wuseless-cast",
                                     "-Wduplicated-cond", "-Wlogical-op", "-Wnull-dereference")
        for header in ["ferrule", "core/error", "core/bytes", "endpoint/ipv4", "opt/tcp", "version",
                       "tag/state", "bridge/fmt"]:
            for standard in ["c++11", "c++17"]:
                yield from self.refusals(f"{header}.hpp as {standard}", program([header]),
                                         "needs C++20: pass -std=c++20", standard=standard)
        old = (["-U__clang_major__", "-D__clang_major__=13"], "clang 14") if self.is_clang else \
              (["-U__GNUC__", "-D__GNUC__=10"], "g++ 11")
        yield from self.refusals("an old compiler", "#include <ferrule/core/language.hpp>\n", old[1],
                                 "-w", *old[0], standard="c++20")


def main(build):
    with tempfile.TemporaryDirectory() as folder:
        compiler = Compiler(build, folder)
        # It sees what is planted.
        planted = list(compiler.offences("planted", program([], ["cstdlib"], (), """
            namespace planted { namespace system {} }
            using namespace planted;
            int main() { return system("true"); }""")))
        house.expect(planted, "planted: ")
        house.report(list(compiler.all_offences()), "the headers compile where others include them")


if __name__ == "__main__":
    main(*sys.argv[1:])

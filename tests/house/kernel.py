#!/usr/bin/env python3
"""Only sys/ includes a header of the system or calls it; only sys/platform.hpp asks which it is."""

import re

import house

# A call of the global namespace: `::fcntl(`, but not `sys::open(`.
CALL = re.compile(r"(?<![\w>:])::([a-z]\w*)[(,]")
PLATFORM = re.compile(r"\s*#\s*(if|ifdef|ifndef|elif)\b.*"
                      r"\b(FERRULE_SYSTEM\w*|_*(linux|unix|APPLE|WIN32|FreeBSD|OpenBSD|NetBSD)_*)\b")
NUMBER = re.compile(r"(?<![\w:])(((AF|SOCK|SOL|IPPROTO|SO|TCP|IP|IPV6|UDP|MSG|SHUT|MCAST|AI|NI)_"
                    r"|E?POLL|SOMAXCONN|IFNAMSIZ)[A-Z0-9_]*)\b")


def code_of(line):
    """The line without its comment and its text."""
    return re.sub(r'//.*|"(?:[^"\\\\]|\\\\.)*"', "", line)


def check(include):
    offences = []
    for name in house.headers(include):
        inside = house.folder_of(name) == "sys"
        lines = house.path_of(include, name).read_text().splitlines()
        for number, line in enumerate(lines, 1):
            where = f"{name}.hpp:{number}: "
            if name != "sys/platform" and PLATFORM.match(line):
                offences.append(where + "asks which system it is")
            if inside:
                continue
            if call := CALL.search(code_of(line)):
                offences.append(where + f"calls ::{call[1]}")
            if (constant := NUMBER.search(code_of(line))) and not line.startswith("#"):
                offences.append(where + f"uses {constant[0]}, a name of the system's headers")
        if not inside:
            offences += [f"{name}.hpp:{number}: includes <{included}>, a header of the system"
                         for number, included, _ in house.includes(include, name)
                         if included.endswith(".h") and not included.startswith("fmt/")]
    return offences


def self_test():
    planted = [
        ({"tag/type": "#include <cstdlib>\nint a = sys::so_error; // ::fcntl(SO_ERROR)\n",
          "sys/call": "#include <fcntl.h>\nint b = ::fcntl(1, 2, SO_ERROR);\n",
          "sys/platform": "#if defined(__linux__)\n#endif\n",
          "bridge/fmt": "#include <fmt/format.h>\n#if FERRULE_HAS_EPOLL\n#endif\n"}, None),
        ({"tag/type": "#include <sys/socket.h>\n"}, "type.hpp:1: includes <sys/socket.h>, a header"),
        ({"bridge/signals": "#include <signal.h>\n"}, "signals.hpp:1: includes <signal.h>, a header"),
        ({"tag/type": "\nint a = ::getpid();\n"}, "type.hpp:2: calls ::getpid"),
        ({"tag/type": "int a = SO_ERROR;\n"}, "type.hpp:1: uses SO_ERROR"),
        ({"sys/poll": "#if defined(__linux__)\n"}, "sys/poll.hpp:1: asks which system"),
        ({"tag/type": "# ifdef FERRULE_SYSTEM_POSIX\n"}, "type.hpp:1: asks which system"),
    ]
    house.try_planted(planted, check)


if __name__ == "__main__":
    self_test()
    house.report(check(house.ROOT / "include"), "the system is called in sys/ alone")

#!/usr/bin/env python3
"""Lesson 5, against the kernel, which has the last word on what fits, and against the compiler,
whose words the lesson quotes.

    05_does_not_compile.py PROGRAM BUILD gcc|clang
"""

import errno
import os
import pathlib
import re
import socket
import sys

import lesson
from lesson import LessonTest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/house"), str(ROOT / "tests/refused")]
import check  # noqa: E402
import house  # noqa: E402

FAMILIES = {"Ipv4": socket.AF_INET, "Ipv6": socket.AF_INET6, "Unix": socket.AF_UNIX}
TYPES = {"Stream": socket.SOCK_STREAM, "Datagram": socket.SOCK_DGRAM,
         "SeqPacket": socket.SOCK_SEQPACKET, "Raw": socket.SOCK_RAW}
PROTOCOLS = {"Tcp": 6, "Udp": 17, "Icmp": 1, "Icmpv6": 58, "Mptcp": 262, "UdpLite": 136,
             "Unspecified": 0}
SO_PROTOCOL = 38


def opened(*numbers):
    """What socket(2) says: 0, or the error."""
    try:
        socket.socket(*numbers).close()
        return 0
    except OSError as error:
        return error.errno


class DoesNotCompile(LessonTest):
    def table(self):
        """{(family, type): [protocols, the default with a star]} as it prints it."""
        program = self.lesson()
        self.assertEqual((program.status(), program.complaint()), (0, ""))
        header, *rows = program.output()
        columns = [(match[0], match.start()) for match in re.finditer(r"\w+", header)]
        self.assertEqual([name for name, _ in columns], list(TYPES))
        table = {}
        for row in rows[:5]:
            for name, start in columns:
                cell = re.match(r"(.*?)(  |$)", row[start:])[1].split()
                table[row.split()[0], name] = [word for word in cell if word != "-"]
        self.assertEqual({family for family, _ in table}, {*FAMILIES, "Ip", "Any"})
        return table

    def test_what_it_says_fits_the_kernel_opens_and_nothing_else(self):
        table = self.table()
        for family, domain in FAMILIES.items():
            for kind, number in TYPES.items():
                said = [word.strip("*") for word in table[family, kind]]
                for protocol, protocol_number in PROTOCOLS.items():
                    answer = opened(domain, number, protocol_number)
                    asked = (family, kind, protocol)
                    if protocol in said:
                        self.assertIn(answer, (0, errno.EPERM, errno.EACCES), asked)
                    elif lesson.POSIX and protocol in ("Mptcp", "UdpLite"):
                        pass  # which Linux has, and POSIX has not
                    # Where legal.hpp says that it is stricter: protocol 0 of IP, 1 of Unix, Raw.
                    elif kind != "Raw" and asked[::2] != ("Unix", "Icmp") and not (
                            family != "Unix" and protocol == "Unspecified"):
                        self.assertIn(answer, (errno.EPROTONOSUPPORT, errno.ESOCKTNOSUPPORT),
                                      asked)

    def test_the_default_is_what_the_kernel_takes_when_none_is_named(self):
        table = self.table()
        for family, domain in FAMILIES.items():
            for kind, number in TYPES.items():
                defaults = [word[:-1] for word in table[family, kind] if word.endswith("*")]
                if kind == "Raw" or not table[family, kind]:
                    self.assertEqual(defaults, [])
                    continue
                with socket.socket(domain, number) as made:
                    spoken = made.getsockopt(socket.SOL_SOCKET, SO_PROTOCOL)
                self.assertEqual([PROTOCOLS[name] for name in defaults], [spoken])

    def test_of_ip_and_any_it_says_what_their_members_have_in_common(self):
        table = self.table()
        for kind in TYPES:
            if kind != "Raw":
                both = [name for name in table["Ipv4", kind] if name in table["Ipv6", kind]]
                self.assertEqual(table["Ip", kind], both)
                self.assertEqual(table["Any", kind], ["Unspecified*"])

    def test_the_words_it_quotes_are_the_compilers(self):
        _, _, build, kind = sys.argv
        source = (ROOT / "examples/05_does_not_compile.cpp").read_text()
        # A sentence with the program, the line that does not compile, the words of each compiler.
        quotes = re.findall(
            r"^// .*? tests/refused/(\w+\.cpp)\n//\n//     (.*)\n//\n//     g\+\+:   ((?:.|\n)*?)"
            r"\n//     clang: ((?:.|\n)*?)\n//\n", source, re.MULTILINE)
        self.assertEqual(len(quotes), source.count("tests/refused/"))
        self.assertGreater(len(quotes), 5)
        command = [word for word in house.compiler(build) if word != "-Werror"]
        for name, line, *words in quotes:
            case = ROOT / "tests/refused" / name
            self.assertIn(line, [own.strip() for own in case.read_text().splitlines()])
            fine, said = house.run([*command, "-std=c++20", "-fsyntax-only", str(case)],
                                   env=os.environ | {"LC_ALL": "C"})
            self.assertFalse(fine, f"{name} compiles")
            quoted = re.sub(r"\n// +", " ", words[kind == "clang"])
            pattern = re.escape(quoted).replace(r"\.\.\.", ".*")
            found = [line for line, *_ in check.first_error(said, kind)]
            self.assertTrue(any(re.search(pattern, line) for line in found),
                            f"{name}: {quoted!r} is not in\n" + "\n".join(found))


if __name__ == "__main__":
    lesson.main()

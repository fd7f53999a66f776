#!/usr/bin/env python3
"""The programs beside this file must not compile, and for the reason that they state.

    check.py BUILD gcc|clang [case.cpp ...]

Each file is a pair: with -DCONTROL it compiles without a warning, without it the compiler refuses
it. The comment that the file begins with says why, in regular expressions, each on its own line:

    // refused: Carries<.*Udp, .*Stream>            by every compiler
    // refused by g++: with Type = ferrule::Stream  by g++ only
    // refused by clang: because 'among<            by clang only
    // flags: -Werror=unused-result                 for both halves
    // after it the compiler goes on: with what     the cause stands in the first lines all the same

Each of them must match a line of the first error that states the cause: the line with `error:`, a
line about a constraint, a deleted function or a conversion that does not exist, or the source of
ferrule quoted below one of these. A match elsewhere (in a later error, in the line of the test
itself) does not count. And the first error is short: so many lines, not counting quoted source.
"""

import os
import pathlib
import re
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "house"))
import house  # noqa: E402

MOST_LINES = {"gcc": 12, "clang": 8}
TOGETHER = 20  # controls in one file
READ_ALREADY = {"array", "chrono", "cstddef", "cstdint", "span", "string", "string_view", "type_traits",
                "utility", "vector"}
DIAGNOSTIC = re.compile(r"(.*?):(?:\d+:)*\s(fatal error|error|warning|note): ")
WAY_OF_INCLUDES = re.compile(r"In file included from |\s+from \S+:\d+[,:]$")
QUOTED_BY_GCC = re.compile(r"\s*(\d+|\+\+\+)?\s*\|")
STATES_A_CAUSE = re.compile(
    r"because|satisfaction of|evaluated to|not satisfied|marked deleted|explicitly deleted"
    r"|declared here|initializing argument .this.|expects an rvalue|cannot be used in a constant expression|no known conversion|cannot convert")


def first_error(said, kind):
    """The lines of the first error as (line, file it points to, whether it is quoted source).

    An error begins with the lines that lead to it (required from) and ends where the lines that
    lead to the next error or warning begin. Which file includes which is none of it.
    """
    block, in_error, lead, file = [], False, [], None
    for line in said.splitlines():
        if match := DIAGNOSTIC.match(line):
            file = match[1]
            if match[2] != "note":
                if in_error:
                    return block
                in_error = match[2] != "warning"
            if in_error:
                block += [(words, file, False) for words in lead + [line]]
            lead = []
        elif WAY_OF_INCLUDES.match(line):
            continue
        elif QUOTED_BY_GCC.match(line) if kind == "gcc" else file and not lead:
            if in_error:
                block.append((line, file, True))
        else:
            lead.append(line)
    return block


def causes(block, case):
    """The lines of an error in which the reason must stand."""
    stated = False
    for line, file, quoted in block:
        if not quoted:
            match = DIAGNOSTIC.match(line)
            stated = (match and "error" in match[2]) or STATES_A_CAUSE.search(line)
        if stated and not (quoted and file == str(case)):
            yield line


def header_comment(case):
    for line in case.read_text().splitlines():
        if not line.startswith("//"):
            return
        yield line[2:].strip()


# What nearly every case includes, so that it is read once. A case may include any of it again.
EVERYTHING = """#include <chrono>
#include <string>
#include <vector>
#include <ferrule/ferrule.hpp>
"""


def with_precompiled(command, kind, folder):
    """The command that finds everything read already."""
    header = pathlib.Path(folder, "everything.hpp")
    header.write_text(EVERYTHING)
    output = header.with_suffix(".hpp.gch" if kind == "gcc" else ".hpp.pch")
    command = [word for word in command if word != "-Werror"] + ["-std=c++20"]
    fine, said = house.run(command + ["-x", "c++-header", str(header), "-o", str(output)])
    if not fine:
        sys.exit(f"the headers do not compile:\n{said}")
    return command + (["-include", str(header)] if kind == "gcc" else ["-include-pch", str(output)])


def flags_of(case):
    return [flag for line in header_comment(case) if line.startswith("flags: ") for flag in line.split()[1:]]


def goes_with_others(case):
    """Whether a control can be a part of a larger file: in a namespace, without macros of its own,
    and with nothing included but what has been read already."""
    text = case.read_text()
    included = re.findall(r"^\s*#\s*include\s*<(.+)>", text, re.M)
    return not any(flag.startswith("-D") for flag in flags_of(case)) and \
        "int main" not in text and all(
            name in READ_ALREADY or re.match("ferrule/(?!bridge/)", name) for name in included)


def groups(cases):
    """The cases whose controls can be compiled together: those with the same flags, not too many."""
    by_flags = {}
    for case in filter(goes_with_others, cases):
        by_flags.setdefault(tuple(flags_of(case)), []).append(case)
    return [(flags, same[at:at + TOGETHER])
            for flags, same in by_flags.items() for at in range(0, len(same), TOGETHER)]


def compiled_together(fast, group, folder):
    """The cases of a group if their controls compile as one file, so that none has to be looked at by
    itself; none of them if that file does not compile."""
    flags, cases = group
    source = pathlib.Path(folder, f"{cases[0].stem}_and_others.cpp")
    source.write_text("".join(f'namespace control_{index} {{\n#include "{case}"\n}}\n'
                              for index, case in enumerate(cases)))
    fine, _ = house.run(fast + ["-fsyntax-only", "-Werror", "-DCONTROL", *flags, str(source)])
    return cases if fine else []


END_OF_CASE = "this is the end of the case"


def first_words(command, kind, case, folder, environment):
    """What the compiler says of a case up to its first error. It says nothing if that error comes
    only after the end of the file, as those in templates do. Most of the time is saved here: after
    the end of a file the compiler instantiates what all functions of the headers need."""
    source = pathlib.Path(folder, f"{case.stem}_ends.cpp")
    source.write_text(f'#include "{case}"\nstatic_assert(false, "{END_OF_CASE}");\n')
    limit = "-fmax-errors=1" if kind == "gcc" else "-ferror-limit=1"
    fine, said = house.run([*command, limit, str(source)], env=environment)
    return "" if fine or any(END_OF_CASE in line for line, _, _ in first_error(said, kind)) else said


def check(command, kind, case, folder, fast=None, control_is_fine=False):
    """What is wrong with a case, in words; and how its first error reads.

    `fast` is the command with precompiled headers, for cases that define no macro."""
    reasons, flags, goes_on = [], flags_of(case), False
    for line in header_comment(case):
        if match := re.match(r"refused(?: by (g\+\+|clang))?: (.+)", line):
            if match[1] in (None, {"gcc": "g++", "clang": "clang"}[kind]):
                reasons.append(match[2])
        goes_on = goes_on or line.startswith("after it the compiler goes on: ")
    if not reasons:
        return "states no reason for this compiler", ""

    if fast and not any(flag.startswith("-D") for flag in flags):
        command = fast
    command = [word for word in command if word != "-Werror"] + ["-std=c++20", "-fsyntax-only"]
    environment = os.environ | {"LC_ALL": "C"}  # plain quotes
    fine = control_is_fine
    if not fine:
        fine, said = house.run(command + ["-Werror", "-DCONTROL", *flags, str(case)], env=environment)
    if not fine:
        return f"its control does not compile:\n{said}", ""
    said = first_words(command + flags, kind, case, folder, environment)
    if not said:
        fine, said = house.run(command + [*flags, str(case)], env=environment)
        if fine:
            return "compiles", ""

    block = first_error(said, kind)
    if goes_on:
        block = block[:2 * MOST_LINES[kind]]  # with the quoted lines between
        while sum(not quoted for _, _, quoted in block) > MOST_LINES[kind]:
            block.pop()
    lines = sum(not quoted for _, _, quoted in block)
    summary = next((line for line, _, _ in block if "error: " in line), "").partition("error: ")[2]
    if lines > MOST_LINES[kind]:
        return f"its first error has {lines} lines, more than {MOST_LINES[kind]}:\n{said}", ""
    found = list(causes(block, case))
    for reason in reasons:
        if not any(re.search(reason, line) for line in found):
            return f"its first error does not name the cause `{reason}`:\n{said}", ""
    return None, f"{lines} lines: {summary}"


def self_test(command, kind):
    def wrong(text):
        return f"#ifndef CONTROL\n{text}\n#endif\n"

    warning = "inline int f(int a) { { int a = 1; return a; } return a; }\n"  # a shadows a
    refuse = "void the_reason();\nconsteval int f(bool b) { if (b) the_reason(); return 1; }\n"
    refuse += wrong("int a = f(true);")
    many = "".join(f"void f(int (&)[{size}]);\n" for size in range(1, 21))
    planted = [
        ("// refused: the_reason\n" + refuse, None),
        ("// refused: the_reason\n// refused: another_reason\n" + refuse, "the cause `another_"),
        # What is found only when all of the file has been read.
        ("// refused: the_reason\ntemplate <class T> int late(T) { static_assert(sizeof(T) > 1, \"the_reason\"); "
         "return 1; }\nint a() { return late(\n#ifdef CONTROL\n1\n#else\n'1'\n#endif\n); }\n", None),
        ("// The reason stands below.\n\n// refused: the_reason\n" + refuse, "states no reason"),
        # Here it stands in the line of the test itself, in a warning, in the second error.
        ("// refused: the_name\n" + wrong("int a = b; // the_name"), "the cause"),
        ("// refused: shadow\n" + wrong(warning + "int a = b;"), "the cause"),
        ("// refused: the_name\n" + wrong("int a = b;\nint c = the_name;"), "the cause"),
        ("// refused: the_reason\nvoid the_reason();\n", "compiles"),
        ("// refused: 'b'\nint a = b;\n", "control does not compile"),
        ("// refused: 'b'\n" + warning + wrong("int a = b;"), "control does not compile"),
        ("// refused: f\n" + many + wrong("void g() { f(0); }"), "more than"),
        ("// flags: -DCONTROL\n// refused: the_reason\n" + refuse, "compiles"),
        ("// refused: 'f\\(int\\)'|to 'f'\n// after it the compiler goes on: with all\n" + many +
         wrong("void g() { f(0); }"), None),
    ]
    with tempfile.TemporaryDirectory() as folder:
        def check_one(index):
            case = pathlib.Path(folder, f"planted_{index}.cpp")
            case.write_text(planted[index][0])
            return check(command, kind, case, folder)[0]

        found = house.two_at_once(check_one, range(len(planted)))
    for (text, offence), offence_found in zip(planted, found):
        if (offence or "nothing") not in (offence_found or "nothing"):
            sys.exit(f"self-test: expected {offence!r}, found {offence_found!r} in\n{text}")


def main(build, kind, *chosen):
    command = house.compiler(build)
    self_test(command, kind)
    cases = [pathlib.Path(case).resolve() for case in chosen] or sorted(HERE.glob("*.cpp"))
    if not cases:
        sys.exit("no cases")
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        fast = with_precompiled(command, kind, folder)
        compiled = house.two_at_once(lambda group: compiled_together(fast, group, folder), groups(cases))
        fine = {case for group in compiled for case in group}
        found = house.two_at_once(lambda case: check(command, kind, case, folder, fast, case in fine), cases)
    for case, (offence, summary) in zip(cases, found):
        failed += offence is not None
        print(f"FAILED  {case.name}: {offence}" if offence else f"ok      {case.name}: {summary}")
    print(f"{len(cases) - failed} refused for the reason they state, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])

#!/usr/bin/env python3
"""examples/README.md lists the lessons that are there, each of which is tested and does without
what the library is there to spare it."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SPARED = re.compile(r"\b(sockaddr\w*|[hn]to[hn][sl]|errno|reinterpret_cast|strlen)\b")


def offences(root):
    lessons = sorted(path.stem for path in (root / "examples").glob("*.cpp"))
    contents = (root / "examples/README.md").read_text()
    listed = re.findall(r"^\| (\d\d) \| \[(\w+)\]\((\w+)\.cpp\) \|", contents, re.MULTILINE)
    built = re.findall(r"^    '(\d\d_\w+)',$", (root / "examples/meson.build").read_text(),
                       re.MULTILINE)
    if [f"{number}_{name}" for number, name, _ in listed] != lessons:
        yield f"README.md lists {listed}, there are {lessons}"
    if [file for _, _, file in listed] != lessons:
        yield f"README.md links to {[file for _, _, file in listed]}"
    if built != lessons:
        yield f"meson.build builds {built}, there are {lessons}"
    for lesson in lessons:
        text = (root / f"examples/{lesson}.cpp").read_text()
        if not (root / f"tests/examples/{lesson}.py").exists():
            yield f"{lesson} has no test"
        if not text.startswith("// SPDX-License-Identifier: MIT\n//\n"
                               f"// Lesson {int(lesson[:2])}: "):
            yield f"{lesson} does not say which lesson it is"
        if f"//     {lesson}" not in text:
            yield f"{lesson} does not say how to run it"
        for number, line in enumerate(text.splitlines(), 1):
            if match := SPARED.search(line):
                yield f"{lesson}.cpp:{number}: {match[0]}"


if __name__ == "__main__":
    found = list(offences(ROOT))
    print("\n".join(found) or "the contents are what is there")
    sys.exit(1 if found else 0)

"""The words of the compilers that a lesson quotes are what the compiler says of the programs in
tests/refused/ that it names.

Each stands below a sentence that ends with the program, and the line that does not compile:

    // A sentence. tests/refused/broadcast_on_a_stream.cpp
    //
    //     socket.set(opt::Broadcast{true}).value();
    //
    //     g++:   words, perhaps of several lines
    //     clang: words
"""

import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/house"), str(ROOT / "tests/refused")]
import check  # noqa: E402
import house  # noqa: E402

QUOTE = re.compile(
    r"^// .*? tests/refused/(\w+\.cpp)\n//\n//     (.*)\n//\n//     g\+\+:   ((?:.|\n)*?)"
    r"\n//     clang: ((?:.|\n)*?)\n(?://)?\n", re.MULTILINE)


def hold(test, lesson, build, kind):
    """Asserts it with the compiler of this build, of this kind: gcc or clang."""
    source = (ROOT / "examples" / lesson).read_text()
    quotes = QUOTE.findall(source)
    test.assertEqual(len(quotes), source.count("tests/refused/"))
    test.assertGreater(len(quotes), 0)
    command = [word for word in house.compiler(build) if word != "-Werror"]
    for name, line, *words in quotes:
        case = ROOT / "tests/refused" / name
        test.assertIn(line, [own.strip() for own in case.read_text().splitlines()])
        fine, said = house.run([*command, "-std=c++20", "-fsyntax-only", str(case)],
                               env=os.environ | {"LC_ALL": "C"})
        test.assertFalse(fine, f"{name} compiles")
        quoted = re.sub(r"\n// +", " ", words[kind == "clang"])
        pattern = re.escape(quoted).replace(r"\.\.\.", ".*")
        found = [line for line, *_ in check.first_error(said, kind)]
        test.assertTrue(any(re.search(pattern, line) for line in found),
                        f"{name}: {quoted!r} is not in\n" + "\n".join(found))

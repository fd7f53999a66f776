#!/usr/bin/env python3
"""Lesson 26, by doctest: its test cases pass, and each fault that is planted in the code under test
makes one of them fail.

    26_testing_your_code.py PROGRAM BUILD
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

import lesson
from lesson import LessonTest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/house"))
import house  # noqa: E402

SOURCE = (ROOT / "examples/26_testing_your_code.cpp").read_text()
CASES = re.findall(r'^TEST_CASE\("(.*)"\)', SOURCE, re.MULTILINE)

# What stands in the code under test, what it becomes when the fault is planted, and the test case
# that finds it.
FAULTS = [
    (r"question += '\n';", r"question += PLANTED ? ';' : '\n';",
     "a question is a line and so is its answer"),
    ("came_.erase(0, size + 1);", "came_.erase(0, PLANTED ? size : size + 1);",
     "two answers that come in one piece are two"),
    (" > longest) {", " > (PLANTED ? longest - 1 : longest)) {",
     "an answer may have 100 bytes and no more"),
    ("if (std::min(size,", "if (std::min(PLANTED && size != came_.npos ? 0 : size,",
     "an answer may have 100 bytes and no more"),
    ("received ? Errc::end_of_stream", "received ? PLANTED ? Errc::none : Errc::end_of_stream",
     "a peer that ends in the middle has not answered"),
    ("return sent.error();", "if (!PLANTED) return sent.error();",
     "a peer that is gone can't be asked"),
    ("return answer(wait);", "return answer(PLANTED ? Wait{no_wait} : wait);",
     "a Stop ends a client that waits"),
    ("|| received->empty()) {", "|| received->empty()) { if (PLANTED) came_.pop_back();",
     "what came before a deadline counts after it"),
    ("came_.append(", "if (PLANTED) came_.clear(); came_.append(",
     "an answer in pieces of one byte is the same"),
    ("Operation::receive, came_.size()};", "Operation::receive, PLANTED ? 0 : came_.size()};",
     "a failure before whichever byte is told and loses nothing"),
]


def summary(done):
    """{what: (all, passed, failed)} of the words of doctest"""
    return {what: (int(count), int(passed), int(failed)) for what, count, passed, failed in
            re.findall(r"\[doctest\] (test cases|assertions): +(\d+) \| +(\d+) passed \| +(\d+) "
                       r"failed", done.stdout)}


class TestingYourCode(LessonTest):
    def run_it(self, *arguments, program=None, env=None):
        return subprocess.run([program or self.program, *arguments], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=lesson.PATIENCE, env=env and os.environ | env)

    def test_all_pass_and_it_prints_what_it_says_that_it_prints(self):
        done = self.run_it()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(summary(done)["test cases"], (len(CASES), len(CASES), 0))
        for line in re.findall(r"^//     (\[doctest\] .*)$", SOURCE, re.MULTILINE):
            self.assertIn(line, [printed.rstrip() for printed in done.stdout.splitlines()])

    def test_the_cases_can_be_listed_and_chosen(self):
        listed = self.run_it("--list-test-cases").stdout.splitlines()
        self.assertEqual([line for line in listed if line in CASES], sorted(CASES, key=CASES.index))
        for case in CASES:
            done = self.run_it(f"-tc={case}")
            self.assertEqual(done.returncode, 0)
            self.assertEqual(summary(done)["test cases"], (1, 1, 0))
        self.assertEqual(summary(self.run_it("-tc=*deadline*"))["test cases"], (1, 1, 0))

    def test_every_case_can_fail(self):
        self.assertEqual({case for *_, case in FAULTS}, set(CASES))
        faulty = "#include <cstdlib>\nconst int planted = std::atoi(std::getenv(\"PLANTED\"));\n"
        faulty += SOURCE
        for number, (right, wrong, _) in enumerate(FAULTS):
            self.assertEqual(faulty.count(right), 1, right)
            faulty = faulty.replace(right, wrong.replace("PLANTED", f"(planted == {number})"))
        folder = self.enterContext(tempfile.TemporaryDirectory())
        source, program = f"{folder}/faulty.cpp", f"{folder}/faulty"
        pathlib.Path(source).write_text(faulty)
        command = [word for word in house.compiler(sys.argv[2]) if word != "-Werror"]
        fine, said = house.run([*command, "-std=c++20", "-pthread", "-o", program, source])
        self.assertTrue(fine, said)

        def cases_of(planted, *arguments):
            done = self.run_it(*arguments, program=program, env={"PLANTED": str(planted)})
            return done.returncode, summary(done)["test cases"]

        self.assertEqual(cases_of(-1), (0, (len(CASES), len(CASES), 0)))
        for number, (_, wrong, case) in enumerate(FAULTS):
            self.assertEqual(cases_of(number, f"-tc={case}"), (1, (1, 0, 1)), wrong)


if __name__ == "__main__":
    lesson.main()

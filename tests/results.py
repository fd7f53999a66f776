#!/usr/bin/env python3
"""What a run of the tests came to: what was skipped, by name and with its reason, what this host
lacks, each once, and how many passed, failed and were skipped. Or only what failed: each by name,
with the last lines that it wrote.

    results.py BUILD
    results.py BUILD --failed

The exit status is 1 if one failed, and where CI=true also if one was skipped.
"""

import json
import os
import pathlib
import re
import sys

SKIPPED = re.compile(r"^skipped: (.*): needs (.*)$", re.MULTILINE)
LAST_LINES = 20


def summary(log, ci):
    """The lines to print and the exit status, of the lines of Meson's testlog.json."""
    passed, failed, skipped = 0, 0, {}
    for line in log:
        test = json.loads(line)
        name = test["name"].partition(" / ")[2] or test["name"]
        # A failed test is a failure whatever it skipped. What it skipped was skipped all the same.
        if test["result"] in ("OK", "EXPECTEDFAIL"):
            passed += 1
        elif test["result"] != "SKIP":
            failed += 1
        parts = SKIPPED.findall(test.get("stdout", ""))
        if not parts and test["result"] == "SKIP":
            parts = [("all of it", "what it does not say")]
        skipped |= {(name, part): need for part, need in parts}

    lines = [f"skipped  {name}: {part} (needs {need})" for (name, part), need in skipped.items()]
    lacks = sorted(set(skipped.values()))
    if lacks:
        lines.append("This host lacks " + "; ".join(
            f"{need} ({list(skipped.values()).count(need)} skipped)" for need in lacks))
    lines.append(f"{passed} passed, {failed} failed, {len(skipped)} skipped")
    return lines, 1 if failed or passed + len(skipped) == 0 or (ci and skipped) else 0


def failures(log):
    """What failed, with the last lines that it wrote."""
    lines = []
    for test in map(json.loads, log):
        if test["result"] not in ("OK", "EXPECTEDFAIL", "SKIP"):
            lines.append(f"{test['result']}  {test['name']}")
            said = test.get("stdout", "") + test.get("stderr", "")
            lines += ["    " + line[:200] for line in said.splitlines()[-LAST_LINES:]]
    return lines


if __name__ == "__main__":
    if len(sys.argv) != 2 and sys.argv[2:] != ["--failed"]:
        sys.exit(__doc__)
    with open(pathlib.Path(sys.argv[1], "meson-logs/testlog.json")) as log:
        if sys.argv[2:]:
            lines, status = failures(log), 0
        else:
            lines, status = summary(log, os.environ.get("CI") == "true")
    print("\n".join(lines))
    sys.exit(status)

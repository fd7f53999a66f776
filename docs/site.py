#!/usr/bin/env python3
"""The site: site.py FOLDER; docs/build.sh calls it.

Pages are made of what is there: the README, the lessons, the table of options, the causes of
failures, and the programs that must not compile with what g++ and clang say to them. The reference
is made of the headers; a public name without a word about it is an error.
"""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT / "tests/house"), str(ROOT / "tests/refused")]
import check  # noqa: E402
import house  # noqa: E402

README = (ROOT / "README.md").read_text()
AWESOME = pathlib.Path("/usr/share/doxygen-awesome-css")
GCC, CLANG = "g++", "clang++-19"

# What to do about a failure, and of which causes that is true.
ADVICE = {
    "Wait, and try again: nothing is wrong": "would_block operation_in_progress interrupted resolver_busy "
        "connection_already_in_progress",
    "The peer has ended, or the way to it: this conversation is over": "end_of_stream broken_pipe "
        "connection_reset connection_aborted shut_down not_connected",
    "Nobody is there now: try later, or somebody else": "connection_refused connection_timed_out "
        "host_down host_unreachable network_down network_reset network_unreachable "
        "no_such_file_or_directory host_not_found service_not_found resolver_failed "
        "machine_not_on_network no_such_device",
    "You asked for it to end": "deadline_exceeded stopped",
    "The host has no more of it: close something, or ask for a higher limit": "too_many_files_open "
        "too_many_files_open_in_system no_buffer_space not_enough_memory too_many_lookups "
        "address_not_available",
    "The host does not allow it: its rights, its kernel, its files": "permission_denied "
        "operation_not_permitted address_family_not_supported protocol_not_supported "
        "socket_type_not_supported operation_not_supported no_protocol_option read_only_file_system "
        "file_exists is_a_directory not_a_directory too_many_symbolic_link_levels address_in_use io_error",
    "The message does not fit": "message_size message_truncated control_truncated",
    "An option is missing": "option_off control_missing",
    "The program has a fault: this call was not possible": "not_open empty_buffer invalid_argument "
        "bad_file_descriptor not_a_socket already_connected destination_address_required not_a_peer "
        "scope_missing wrong_family wrong_type wrong_state wrong_protocol wrong_protocol_type "
        "value_out_of_range result_out_of_range resource_deadlock_would_occur protocol_error "
        "not_passed needs_any",
    "The text is wrong: show whoever wrote it where (`position()`)": "bad_host bad_service is_a_url "
        "unexpected_end unexpected_character unexpected_rest leading_zero octet_above_255 "
        "group_too_long too_few_groups too_many_groups second_gap missing_port port_above_65535 "
        "missing_bracket missing_prefix_length prefix_too_long bad_netmask bad_scope "
        "no_abstract_names path_too_long nul_in_path empty_path filename_too_long",
}

# The sections of the README that are pages.
SECTIONS = {
    "fits": "What fits together",
    "use": "How to use it",
    "endings": "How things end",
    "after_fork": "After fork",
    "costs": "What it costs",
    "messages": "Messages: what travels beside the data",
    "streams": "Streams: what stands between them and a protocol",
}

FILTER = """
@htmlonly
<p><input id="words" type="search" placeholder="Words of the compiler, or of a type"
 aria-label="Words of the compiler, or of a type" style="width:100%;padding:.5em;box-sizing:border-box"></p>
<script>
document.getElementById("words").addEventListener("input", event => {
    const words = event.target.value.toLowerCase().split(/\\s+/);
    for (const one of document.querySelectorAll(".refusal")) {
        const text = one.textContent.toLowerCase();
        one.style.display = words.every(word => text.includes(word)) ? "" : "none";
    }
});
</script>
@endhtmlonly
"""


def section(title):
    """A section of the README, without its heading."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    return found[1] if found else sys.exit(f"the README has no section {title!r}")


def for_the_site(text):
    """Links to files of the project as links to pages, or as their names."""
    text = re.sub(r"\[([^]]*)\]\((?:\.\./)?examples/OPTIONS\.md\)", r"[\1](@ref options)", text)
    text = re.sub(r"\[([^]]*)\]\((?:\.\./)?examples\)", r"[\1](@ref lessons)", text)
    text = re.sub(r"\[([^]]*)\]\((?:examples/)?(\d\d)_\w+\.cpp\)", r"[\1](@ref lesson_\2)", text)
    text = re.sub(r"\[([^]]*)\]\((?:\.\./)?tests/refused\)", r"[\1](@ref refusals)", text)
    return re.sub(r"\[([^]]*)\]\((?!https?:|@ref)[^)]*\)", r"\1", text)


def lesson(path):
    """A lesson: what its first comment says, and the program."""
    lines = path.read_text().splitlines()
    end = next(at for at, line in enumerate(lines) if at > 1 and not line.startswith("//"))
    said = [line[3:] if line.startswith("// ") else line[2:] for line in lines[2:end]]
    number, title = path.stem.split("_", 1)
    text = "\n".join(said).replace("@", "\\@")
    program = "\n".join(lines[end:]).strip()
    return (f"# {number} {title.replace('_', ' ')} {{#lesson_{number}}}\n\n{text}\n\n"
            f"## The program\n\n```cpp\n{program}\n```\n")


def lessons(pages):
    paths = sorted((ROOT / "examples").glob("[0-9][0-9]_*.cpp"))
    for path in paths:
        (pages / f"lesson_{path.stem}.md").write_text(lesson(path))
    text = (ROOT / "examples/README.md").read_text().partition("\n")[2]
    text += "\n" + "\n".join(f"- @subpage lesson_{path.stem[:2]}" for path in paths) + "\n"
    (pages / "lessons.md").write_text(f"# The lessons {{#lessons}}\n{for_the_site(text)}")


def errors(pages):
    """Every cause: its name, what it means, what to do."""
    header = (ROOT / "include/ferrule/core/errc.hpp").read_text()
    names = re.findall(r"^    (\w+)(?: =\s*\w+)?,", header.partition("enum class Errc")[2], re.MULTILINE)
    advised = " ".join(ADVICE.values()).split()
    if sorted(advised) != sorted(set(names) - {"none"}):
        sys.exit(f"no advice, or twice: {set(names) - {'none'} ^ set(advised)}")
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "errors.cpp")
        source.write_text('#include <ferrule/core/error.hpp>\n#include <ferrule/core/description.hpp>\n'
                          '#include <cstdio>\nint main() {\n' + "".join(
                              f'    {{ const auto d = ferrule::describe(ferrule::Errc::{name});'
                              f' std::printf("%.*s\\t%.*s\\n", int(d.name.size()), d.name.data(),'
                              f' int(d.meaning.size()), d.meaning.data()); }}\n' for name in advised) + "}\n")
        program = pathlib.Path(folder, "errors")
        subprocess.run([GCC, "-std=c++20", f"-I{ROOT}/include", source, "-o", program], check=True)
        lines = subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()
    said = dict(zip(advised, (line.split("\t") for line in lines)))
    text = f"# Errors {{#errors}}\n{for_the_site(section('Errors'))}\n## Every cause\n"
    for advice, causes in ADVICE.items():
        text += f"\n### {advice}\n\n| `Errc::` | is printed as | means |\n|---|---|---|\n"
        for cause in causes.split():
            text += f"| `{cause}` | `{said[cause][0]}` | {said[cause][1]} |\n"
    (pages / "errors.md").write_text(text)


def halves(path):
    """Of a program that must not compile: why, the whole wrong one, what is wrong, what is right."""
    lines = path.read_text().splitlines()
    comment = [line[3:] for line in lines if line.startswith("// ")]
    why = " ".join(line for line in comment if not re.match(r"refused|flags:|after it", line)
                   and not line.startswith("SPDX"))
    wrong, right, now = [], [], "both"
    for line in lines:
        if line == "#ifdef CONTROL":
            now = "right"
        elif line == "#ifndef CONTROL":
            now = "wrong"
        elif line == "#else":
            now = "wrong" if now == "right" else "right"
        elif line == "#endif" and now != "both":
            now = "both"
        elif now == "wrong":
            wrong.append(line)
        elif now == "right":
            right.append(line)
    return why, *(textwrap.dedent("\n".join(half)).strip() for half in (wrong, right))


def told(path):
    """What each compiler says to it: the first error, as it is printed."""
    flags = re.findall(r"^// flags: (.*)$", path.read_text(), re.MULTILINE)
    said = []
    for compiler, kind in ((GCC, "gcc"), (CLANG, "clang")):
        _, text = house.run([compiler, "-std=c++20", "-Iinclude", *" ".join(flags).split(),
                             "-fsyntax-only", str(path.relative_to(ROOT))], cwd=ROOT)
        said.append("\n".join(line for line, _, _ in check.first_error(text, kind)))
    return said


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def refusals(pages):
    paths = sorted(path for path in (ROOT / "tests/refused").glob("*.cpp"))
    text = ["# Every refusal {#refusals}\n\nWhat does not compile, what the compilers say to it, why, and what "
            "to write. g++ 12 and clang 19 are quoted; the others say it for the same reason.\n", FILTER]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        all_told = list(pool.map(told, paths))
    for path, (of_gcc, of_clang) in zip(paths, all_told):
        why, wrong, right = halves(path)
        parts = [f'<h2 id="{path.stem}">{escaped(path.stem.replace("_", " "))}</h2>',
                 f"<p>{escaped(why)}</p>", f"<pre class=\"fragment wrong\">{escaped(wrong)}</pre>"]
        for compiler, said in (("g++", of_gcc), ("clang", of_clang)):
            if not said:
                sys.exit(f"{compiler} says nothing to {path.name}")
            parts.append(f"<details><summary>{compiler} says</summary>"
                         f"<pre class=\"fragment\">{escaped(said)}</pre></details>")
        if right:
            parts.append(f"<p>Instead:</p><pre class=\"fragment\">{escaped(right)}</pre>")
        text.append('@htmlonly\n<div class="refusal">' + "\n".join(parts) + "</div>\n@endhtmlonly\n")
    (pages / "refusals.md").write_text("\n".join(text))


def write_pages(pages):
    for path in HERE.glob("*.md"):
        text = path.read_text()
        for title in re.findall(r"^@README:(.+)@$", text, re.MULTILINE):
            part = (README.partition("\n```cpp")[2].partition("\n## ")[0] if title == "ten lines"
                    else section(title))
            part = "```cpp" + part if title == "ten lines" else part
            text = text.replace(f"@README:{title}@", for_the_site(part))
        (pages / path.name).write_text(text)
    for name, title in SECTIONS.items():
        (pages / f"{name}.md").write_text(f"# {title} {{#{name}}}\n{for_the_site(section(title))}")
    options = (ROOT / "examples/OPTIONS.md").read_text().partition("\n")[2]
    (pages / "options.md").write_text(f"# Every option {{#options}}\n{for_the_site(options)}")
    lessons(pages)
    errors(pages)
    refusals(pages)


# What needs no words: operators, deduction guides, specialisations, and what is not public.
PLAIN = re.compile(r"operator|std::|fmt::|<")


def undocumented(warnings):
    """The public names of namespaces that no word is said about."""
    found = set()
    for line in warnings.splitlines():
        if match := re.search(r"/include/(ferrule/\S+): warning: (?:Compound|Member) (.*?) is not documented", line):
            if (" of namespace " in line or " of file " in line or "Compound" in line) and \
                    not ("::detail" in line or "->" in line or PLAIN.search(match[2].partition("(")[0])):
                found.add(f"{match[1]}: {match[2]} is not documented")
    return sorted(found)


def doxygen(inputs, out):
    """Runs it over these folders; returns what it warned of."""
    settings = (HERE / "Doxyfile").read_text()
    settings += f"INPUT = {' '.join(map(str, inputs))}\nOUTPUT_DIRECTORY = {out}\n"
    settings += f"STRIP_FROM_PATH = {ROOT}/include {out}/pages\nSTRIP_FROM_INC_PATH = {ROOT}/include\n"
    if AWESOME.is_dir():
        sheets = [AWESOME / "doxygen-awesome.css", HERE / "site.css"]
        settings += f"HTML_EXTRA_STYLESHEET = {' '.join(map(str, sheets))}\n"
    done = subprocess.run(["doxygen", "-"], input=settings, text=True, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, check=True)
    return done.stderr


def broken_links(html):
    """Links of pages to files or places that are not there; but those of two lists of Doxygen's own,
    which 1.9.4 makes wrong."""
    anchors, broken = {}, []
    texts = {path.name: path.read_text() for path in html.glob("*.html")}
    for name, text in texts.items():
        anchors[name] = set(re.findall(r'(?:id|name)="([^"]+)"', text))
    for name, text in texts.items():
        for target in set(re.findall(r'href="([^"]+)"', text)):
            file, _, place = target.partition("#")
            if re.match(r"\w+:", target) or file.startswith("../"):
                continue
            file = file or name
            if name == "concepts.html" and file.startswith("concept"):
                continue
            if not (html / file).is_file():
                broken.append(f"{name} links to {target}, which is not there")
            elif place and file in anchors and place not in anchors[file] and \
                    place not in ("nested-classes", "concepts"):
                broken.append(f"{name} links to {target}, a place that is not there")
    return broken


def main():
    out = pathlib.Path(sys.argv[1])
    if os.environ.get("DOCUMENTED_ONLY") == "1":
        offences = undocumented(doxygen([ROOT / "include/ferrule"], out))
        house.report(offences, "every public name is documented")
    pages = out / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    shutil.rmtree(out / "html", ignore_errors=True)
    pages.mkdir(parents=True)
    write_pages(pages)
    warnings = doxygen([pages, ROOT / "include/ferrule"], out)
    offences = undocumented(warnings)
    offences += [line for line in warnings.splitlines() if f"{pages}/" in line and "warning" in line
                 and "explicit link request to 'ffff'" not in line]  # ::ffff:0:0 is no name of C++
    offences += broken_links(out / "html")
    house.report(offences, f"{len(list((out / 'html').glob('*.html')))} pages: {out}/html/index.html")


main()

#!/usr/bin/env python3
"""A header includes only headers of its floor, without a circle, and of floors above (folders.txt).

X.hpp beside a folder X/ is all of it but impl/, which no program names; ferrule.hpp is everything but
the bridges and what only these need of sys/; no other header includes these."""

import pathlib
import re
import tempfile

import house


def circles(graph):
    """Every circle of a graph of includes once, as a list of names."""
    done = set()

    def walk(name, path):
        if name in path:
            yield path[path.index(name):] + [name]
        elif name not in done:
            for next_name in graph.get(name, []):
                yield from walk(next_name, path + [name])
            done.add(name)

    for name in graph:
        yield from walk(name, [])


def reached(graph, start):
    names, waiting = set(), [start]
    while waiting:
        name = waiting.pop()
        if name not in names:
            names.add(name)
            waiting += graph.get(name, [])
    return names


def parts(folder, graph):
    """What a program may name of a folder."""
    return {name for name in graph
            if house.folder_of(name) == folder and not name.startswith(f"{folder}/impl/")}


def offence_of(name, other):
    """Why the header `name` may not include `other`; None if it may."""
    folder, other_folder = house.folder_of(name), house.folder_of(other)
    if other == "ferrule" or (other in house.FOLDERS and name != "ferrule"):
        return "which is for programs only"
    if name == "ferrule":
        return f"which is of {house.OPT_IN}/" if other_folder == house.OPT_IN else None
    if name in house.FOLDERS:
        return None if other_folder == name else f"which is not of {name}/"
    lowest = house.floor_of(folder) if folder else 0  # version.hpp is above all but core/
    if other_folder and house.floor_of(other_folder) > lowest:
        return f"which goes down from {folder or 'no folder'} to {other_folder}"
    return None


def check(include):
    offences, graph = [], {}
    names = house.headers(include)
    for name in names:
        graph[name] = []
        folder = house.folder_of(name)
        if folder not in house.FOLDERS and (folder or name not in ["ferrule", "version",
                                                                   *house.FOLDERS]):
            offences.append(f"{name}.hpp: is in no folder of tests/house/folders.txt")
            continue
        for line, other in house.ferrule_includes(include, name):
            graph[name].append(other)
            where = f"{name}.hpp:{line}: includes {other}.hpp"
            if not house.path_of(include, other).is_file():
                offences.append(f"{where}, which does not exist")
            elif house.folder_of(other) in ["", *house.FOLDERS]:
                if reason := offence_of(name, other):
                    offences.append(f"{where}, {reason}")
    for circle in circles(graph):
        offences.append("circle of includes: " + " -> ".join(circle))
    for folder in house.FOLDERS:
        if folder in graph:
            offences += [f"{folder}.hpp: does not include {name}.hpp"
                         for name in sorted(parts(folder, graph) - set(graph[folder]))]
    if "ferrule" in graph:
        for name in sorted(graph.keys() - reached(graph, "ferrule")):
            if house.folder_of(name) not in (house.OPT_IN, "sys"):
                offences.append(f"ferrule.hpp: does not include {name}.hpp")
    return offences


def check_programs(folder):
    """Lessons name nothing that is no program's business."""
    pattern = re.compile(r"\s*#\s*include\s*<(ferrule/(?:sys/|\w+/impl/)[^>]*)>")
    return [f"{path.name}:{number}: includes {match[1]}, which is not for programs"
            for path in sorted(folder.rglob("*.[ch]pp"))
            for number, line in enumerate(path.read_text().splitlines(), 1)
            if (match := pattern.match(line))]


def self_test():
    fine = {
        "core/error": "#include <cstddef>\n",
        "tag/type": "#include <ferrule/core/error.hpp>\n// #include <ferrule/bridge/fmt.hpp>\n",
        "tag/impl/list": "",
        "bridge/fmt": "#include <ferrule/tag/type.hpp>\n",
        "tag": '#include "tag/type.hpp"\n',
        "ferrule": "#include <ferrule/tag.hpp>\n#include <ferrule/tag/impl/list.hpp>\n",
    }
    planted = [
        ({}, None),
        ({"core/error": '#include "../tag/type.hpp"\n'},
         "core/error.hpp:1: includes tag/type.hpp, which goes down from core to tag"),
        ({"tag/type": "#include <ferrule/tag/family.hpp>\n",
          "tag/family": "#  include <ferrule/tag/type.hpp>\n"},
         "circle of includes: tag"),
        ({"core/error": "#include <ferrule/core/error.hpp>\n"},
         "circle of includes: core/error -> core/error"),
        ({"stray": ""}, "stray.hpp: is in no folder"),
        ({"strange/thing": ""}, "strange/thing.hpp: is in no folder"),
        ({"tag/type": "#include <ferrule/core/gone.hpp>\n"}, "gone.hpp, which does not exist"),
        ({"ferrule": "#include <ferrule/bridge/fmt.hpp>\n"}, "fmt.hpp, which is of bridge/"),
        ({"bridge/fmt": "#include <ferrule/ferrule.hpp>\n"}, "ferrule.hpp, which is for programs"),
        ({"bridge/fmt": "#include <ferrule/tag.hpp>\n"}, "tag.hpp, which is for programs only"),
        ({"tag": '#include "core/error.hpp"\n'}, "core/error.hpp, which is not of tag/"),
        ({"tag/family": ""}, "tag.hpp: does not include tag/family.hpp"),
        ({"endpoint/ipv4": ""}, "ferrule.hpp: does not include endpoint/ipv4.hpp"),
        ({"version": '#include "tag/type.hpp"\n'}, "which goes down from no folder to tag"),
    ]
    house.try_planted([(fine | files, offence) for files, offence in planted], check)
    for line in ("#include <ferrule/sys/call.hpp>\n", "# include <ferrule/tag/impl/list.hpp>\n"):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "lesson.cpp").write_text("#include <ferrule/tag.hpp>\n" + line)
            house.expect(check_programs(pathlib.Path(folder)), "lesson.cpp:2: includes ferrule/")


if __name__ == "__main__":
    self_test()
    include = house.ROOT / "include"
    house.report(check(include) + check_programs(house.ROOT / "examples"),
                 f"{len(house.headers(include))} headers, each in its folder")

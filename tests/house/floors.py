#!/usr/bin/env python3
"""Headers include only lower floors, or their own floor without a circle (floors.txt)."""

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


def check(include):
    offences, graph = [], {}
    for name in house.headers(include):
        floor = house.floor_of(name)
        graph[name] = []
        if floor is None:
            offences.append(f"{name}.hpp: belongs to no floor; add it to tests/house/floors.txt")
        for line, other in house.ferrule_includes(include, name):
            where = f"{name}.hpp:{line}: includes {other}.hpp"
            other_floor = house.floor_of(other)
            graph[name].append(other)
            if not house.path_of(include, other).is_file():
                offences.append(f"{where}, which does not exist")
            elif floor is not None and other_floor is not None and other_floor > floor:
                offences.append(f"{where}, which goes up from floor {floor} to {other_floor}")
            elif other_floor == house.UMBRELLA:
                offences.append(f"{where}, the umbrella, which is for programs only")
    for circle in circles(graph):
        offences.append("circle of includes: " + " -> ".join(circle))
    if "ferrule" in graph:
        for name in sorted(graph.keys() - reached(graph, "ferrule")):
            if (house.floor_of(name) or 7) <= 6:
                offences.append(f"ferrule.hpp: does not include {name}.hpp")
    return offences


def self_test():
    fine = {
        "error": "#include <cstddef>\n",
        "type": "#include <ferrule/error.hpp>\n// #include <ferrule/fmt.hpp>\n",
        "fmt": "#include <ferrule/type.hpp>\n",
        "ferrule": "#include <ferrule/type.hpp>\n",
    }
    planted = [
        ({}, None),
        ({"error": '#include "type.hpp"\n'}, "error.hpp:1: includes type.hpp, which goes up"),
        ({"type": "#include <ferrule/family.hpp>\n",
          "family": "#  include <ferrule/type.hpp>\n"}, "family -> type -> family"),
        ({"error": "#include <ferrule/error.hpp>\n"}, "circle of includes: error -> error"),
        ({"stray": ""}, "stray.hpp: belongs to no floor"),
        ({"type": "#include <ferrule/gone.hpp>\n"}, "gone.hpp, which does not exist"),
        ({"ferrule": "#include <ferrule/fmt.hpp>\n"}, "goes up from floor 6.5 to 7"),
        ({"fmt": "#include <ferrule/ferrule.hpp>\n"}, "the umbrella, which is for programs"),
        ({"endpoint/ipv4": ""}, "ferrule.hpp: does not include endpoint/ipv4.hpp"),
        ({"endpoint/ipv4": '#include "../socket.hpp"\n', "socket": ""},
         "endpoint/ipv4.hpp:1: includes socket.hpp, which goes up"),
    ]
    for files, offence in planted:
        with house.plant(fine | files) as include:
            found = check(include)
            if offence is None:
                assert not found, found
            else:
                house.expect(found, offence)


if __name__ == "__main__":
    self_test()
    include = house.ROOT / "include"
    house.report(check(include), f"{len(house.headers(include))} headers, each on its floor")

#!/usr/bin/env python3
"""Writes a program of static_asserts: what the rows of tests/data say of addresses, endpoints and
networks, as constant expressions: rows.py DATA OUTPUT.CPP"""

import pathlib
import sys

DATA, OUTPUT = map(pathlib.Path, sys.argv[1:])

# What the properties of the table are called here, of the address `a`.
PROPERTIES = {
    "is_unicast_link_local": "a.is_link_local()",
    "is_link_local_unicast": "a.is_link_local()",
    "is_private_or_ula": "(a.is_private() || a.is_unique_local())",
    "is_link_local_multicast": "(a.multicast_scope() == MulticastScope::link_local)",
    "is_interface_local_multicast": "(a.multicast_scope() == MulticastScope::interface_local)",
    "is_global_unicast": "(!a.is_unspecified() && !a.is_loopback() && !a.is_link_local() && "
                         "!a.is_multicast() && !a.is_broadcast())",
}
SCOPES = {
    "none": "none", "InterfaceLocal": "interface_local", "LinkLocal": "link_local",
    "RealmLocal": "realm_local", "AdminLocal": "admin_local", "SiteLocal": "site_local",
    "OrganizationLocal": "organization_local", "Global": "global",
}


def rows(table):
    """The rows of a table as lists of cells, without the names of the columns."""
    lines = (DATA / f"{table}.tsv").read_text().splitlines()[1:]
    if not lines:
        sys.exit(f"no rows in {table}")
    return [line.split("\t") for line in lines]


def literal(text):
    """A C++ literal, octal where it is not plain."""
    plain = (chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else f"\\{byte:03o}"
             for byte in text.encode())
    return '"' + "".join(plain) + '"'


def parsed(kind, text):
    return f"{kind}::parse({literal(text)})"


def property_holds(name, address, expected):
    if name == "multicast_scope":
        question = f"(a.multicast_scope() == MulticastScope::{SCOPES[expected]})"
        expected = "true"
    else:
        question = PROPERTIES.get(name, f"a.{name}()")
    return question.replace("a.", f"{parsed('Address<Ip>', address)}->") + f" == {expected}"


def facts():
    for text, canonical, family, *_ in rows("ip_parse_valid"):
        own, other = ("Ipv4", "Ipv6") if family == "v4" else ("Ipv6", "Ipv4")
        for kind in (own, "Ip"):
            yield f"{parsed(f'Address<{kind}>', text)}->text() == {literal(canonical)}"
        yield f"!{parsed(f'Address<{other}>', text)}"
    for text, *_ in rows("ip_parse_invalid"):
        yield f"!{parsed('Address<Ip>', text)}"
    for digits, canonical, *_ in rows("ip_format_from_bytes"):
        family = "Ipv6" if len(digits) == 32 else "Ipv4"
        octets = ", ".join(f"0x{digits[at:at + 2]}" for at in range(0, len(digits), 2))
        yield (f"Address<{family}>{{Address<{family}>::Bytes{{{octets}}}}}.text() == "
               f"{literal(canonical)}")
    for text, name, expected, semantics, *_ in rows("ip_properties"):
        is_mapped = text.startswith("::ffff:")
        if "%" not in text and (semantics.startswith("go-new") or
                                (semantics == "rust" and not is_mapped)):
            yield property_holds(name, text, expected)
    for text, canonical, *_ in rows("socketaddr_valid"):
        for kind in ("Ip", "Any"):
            yield f"{parsed(f'Endpoint<{kind}>', text)}->text() == {literal(canonical)}"
    for text, *_ in rows("socketaddr_invalid"):
        yield f"!{parsed('Endpoint<Ip>', text)}"
    for one, other, relation, kind, *_ in rows("order"):
        kind = "Endpoint<Ip>" if kind == "socketaddr" else "Address<Ip>"
        relation = "==" if relation == "=" else relation
        yield f"*{parsed(kind, one)} {relation} *{parsed(kind, other)}"
    for text, _, bits, inside, outside, *_ in rows("prefix_contains"):
        network = parsed("Network<Ip>", text)
        yield f"{network}->prefix_length() == {bits}"
        for words, mark in ((inside, ""), (outside, "!")):
            for address in words.split():
                yield f"{mark}{network}->contains(*{parsed('Address<Ip>', address)})"
    for text, *_ in rows("prefix_invalid"):
        yield f"!{parsed('Network<Ip>', text.replace('<empty>', ''))}"
    for text, canonical, *_ in rows("prefix_masked"):
        yield f"{parsed('Network<Ip>', text)}->canonical().text() == {literal(canonical)}"
    for one, other, expected, *_ in rows("prefix_overlaps"):
        one, other = parsed("Network<Ip>", one), parsed("Network<Ip>", other)
        yield f"{one}->overlaps(*{other}) == {expected} && {other}->overlaps(*{one}) == {expected}"


asserted = list(facts())
OUTPUT.write_text(
    "#include <ferrule/endpoint/any.hpp>\n#include <ferrule/address/network.hpp>\n#include <cstdio>\n\n"
    "using namespace ferrule;\n\n" + "".join(f"static_assert({fact});\n" for fact in asserted) +
    f'\nint main() {{ std::puts("{len(asserted)} facts, known to the compiler"); }}\n')

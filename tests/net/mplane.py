#! /usr/bin/python3
"""mplane.py KIND [REGISTRY] - is standard input one mPlane message of that
kind ("result", "envelope" ...)? It is held against mplane.schema.json by
jsonschema, rows against their columns, values against the types that REGISTRY
gives to their names. Silent when it is."""
import json
import os
import re
import sys

import jsonschema

WHEN = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?"
TYPES = {
    "string": lambda v: isinstance(v, str),
    "time": lambda v: isinstance(v, str) and re.fullmatch(WHEN, v),
    "address": lambda v: isinstance(v, str),
    "boolean": lambda v: isinstance(v, bool),
    # -1 is what mSLAcert says of a value that it does not know
    "natural": lambda v: type(v) is int and v >= -1,
    "real": lambda v: type(v) in (int, float) and v >= -1,
}


def typed(name, value, registry):
    if name not in registry:
        sys.exit(f"{name}: not in the registry")
    if not TYPES[registry[name]](value):
        sys.exit(f"{name}: {value!r} is no {registry[name]}")


def judge(m, registry):
    for part in m.get("contents", []):
        judge(part, registry)
    for row in m.get("resultvalues", []):
        if len(row) != len(m["results"]):
            sys.exit(f"{len(row)} values of {len(m['results'])} columns")
        for name, value in zip(m["results"], row):
            typed(name, value, registry)
    if "capability" not in m:
        for name, value in m.get("parameters", {}).items():
            typed(name, value, registry)
    if "resultvalues" in m:
        begun, ended = m["when"].split(" ... ")
        if begun > ended:
            sys.exit(f"when: {m['when']}")


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "mplane.schema.json")) as f:
        schema = json.load(f)
    m = json.load(sys.stdin)
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate(m, schema)
    if sys.argv[1] != "registry" and sys.argv[1] not in m:
        sys.exit(f"no {sys.argv[1]}: {json.dumps(m)}")
    registry = {}
    if len(sys.argv) > 2:
        with open(sys.argv[2]) as f:
            registry = {e["name"]: e["prim"] for e in json.load(f)["elements"]}
        judge(m, registry)


main()

"""What the schemas of the package `onnx` say of the operators of the table.

python table.py FOLDER: FOLDER/operators.txt has lines "domain operator first last", the last two being versions of the
operator set. Writes FOLDER/table.json: for every line the first of those versions that the standard knows the operator in,
the least and most inputs and outputs over those versions, and the kinds of the attributes, which may be several.
"""

import json
import pathlib
import sys

from onnx import defs


def schemas(domain, name, first, last):
    """Those in force from version `first` of the set to `last`, the newest first."""
    domain = "" if domain == "ai.onnx" else domain
    version = last
    while version >= first:
        # Older than the standard's own: at least one was found, or `version` is `last`, which is an error.
        if version < last and not defs.has(name, version, domain):
            return
        schema = defs.get_schema(name, version, domain)
        yield schema
        version = schema.since_version - 1


def row(line):
    domain, name, first, last = line.split()
    found = list(schemas(domain, name, int(first), int(last)))
    kinds = {}
    for schema in found:
        for attribute in schema.attributes.values():
            kinds.setdefault(attribute.name, set()).add(attribute.type.name)
    return {
        "domain": domain,
        "name": name,
        "since": max(int(first), min(s.since_version for s in found)),
        "inputs": [min(s.min_input for s in found), max(s.max_input for s in found)],
        "outputs": [min(s.min_output for s in found), max(s.max_output for s in found)],
        "attributes": {name: sorted(of) for name, of in kinds.items()},
    }


def main(folder):
    folder = pathlib.Path(folder)
    rows = [row(line) for line in (folder / "operators.txt").read_text().splitlines()]
    (folder / "table.json").write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main(sys.argv[1])

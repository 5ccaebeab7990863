"""What the schemas of the package `onnx` say of the operators of the table.

python table.py FOLDER: FOLDER/operators.txt has lines "domain operator first last", the last two being versions of the
operator set. Writes FOLDER/table.json: for every line the least and most inputs and outputs over those versions, and the
kinds of the attributes, which may be several.
"""

import json
import pathlib
import sys

from onnx import defs


def schemas(domain, name, first, last):
    """Those in force from version `first` of the set to `last`."""
    domain = "" if domain == "ai.onnx" else domain
    version = last
    while True:
        schema = defs.get_schema(name, version, domain)
        yield schema
        version = schema.since_version - 1
        if version < first:
            return


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

"""The node tests of the package `onnx` whose operators are all in a list, as files.

python nodes.py FOLDER: FOLDER/operators.txt names the operators, one "domain operator" a line.
"""

import pathlib
import sys
import warnings

import onnx
from onnx.backend.test.case.node import collect_testcases

from cases import Cases

warnings.filterwarnings("ignore")


def domain(name):
    return name or "ai.onnx"


def is_array(value):
    """Not a sequence, an optional or a map."""
    return hasattr(value, "dtype") or isinstance(value, (int, float, onnx.TensorProto))


def arrays(values, ports):
    named = zip([port.name for port in ports], values)
    return [(name, onnx.numpy_helper.to_array(v) if isinstance(v, onnx.TensorProto) else v) for name, v in named]


def main(folder):
    known = set((pathlib.Path(folder) / "operators.txt").read_text().splitlines())
    cases = Cases(folder)
    skipped = 0
    for case in sorted(collect_testcases(None), key=lambda case: case.name):
        graph = case.model.graph
        used = {f"{domain(node.domain)} {node.op_type}" for node in graph.node}
        sets = case.data_sets or []
        plain = all(is_array(value) for inputs, outputs in sets for value in [*inputs, *outputs])
        if not sets or not plain or not used <= known:
            skipped += 1
            continue
        sets = [(arrays(inputs, graph.input), arrays(outputs, graph.output)) for inputs, outputs in sets]
        cases.add(case.name, case.model, sets, case.rtol, case.atol)
    print(f"{skipped} cases use other operators")
    cases.index()


if __name__ == "__main__":
    main(sys.argv[1])

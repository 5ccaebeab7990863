"""The node tests of the package `onnx` whose operators are all in a list, as files.

python nodes.py FOLDER: FOLDER/operators.txt names the operators, one "domain operator" a line.
"""

import json
import pathlib
import sys
import warnings

import numpy
import onnx
import onnxruntime
from onnx.backend.test.case.node import collect_testcases

from cases import Cases

warnings.filterwarnings("ignore")


def domain(name):
    return name or "ai.onnx"


def operators(graph):
    """Those of a graph and of the graphs in it, as "domain operator"."""
    for node in graph.node:
        yield f"{domain(node.domain)} {node.op_type}"
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                yield from operators(attribute.g)


def is_array(value):
    """Not a sequence, an optional or a map."""
    return hasattr(value, "dtype") or isinstance(value, (int, float, onnx.TensorProto))


def arrays(values, ports):
    named = zip([port.name for port in ports], values)
    return [(name, onnx.numpy_helper.to_array(v) if isinstance(v, onnx.TensorProto) else v) for name, v in named]


def said(array):
    """As a list of arrays, whatever it is: a sequence is several, and an optional value may be none."""
    if isinstance(array, list):
        return [one for value in array for one in said(value)]
    if isinstance(array, onnx.TensorProto):
        array = onnx.numpy_helper.to_array(array)
    return [] if array is None else [numpy.asarray(array)]


def same(wanted, found, case):
    wanted, found = said(wanted), said(found)
    return len(wanted) == len(found) and all(
        a.shape == b.shape
        and (
            numpy.allclose(b.astype(float), a.astype(float), rtol=case.rtol, atol=case.atol, equal_nan=True)
            if a.dtype.kind == "f"
            else (a == b).all()
        )
        for a, b in zip(wanted, found)
    )


def by_onnxruntime(case, sets):
    """What onnxruntime says to the inputs of each set, by name; None where it does not run the model."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(
            case.model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        answers = [session.run(None, dict(inputs)) for inputs, _ in sets]
    except Exception:  # It has a dozen kinds of errors, and each means that it does not run this.
        return None
    names = [port.name for port in session.get_outputs()]
    return [list(zip(names, answer)) for answer in answers]


def agrees(case, sets, answers):
    pairs = [(wanted, found) for (_, outputs), answer in zip(sets, answers) for wanted, found in zip(outputs, answer)]
    return all(same(wanted, found, case) for (_, wanted), (_, found) in pairs)


def elements(model):
    """Types of elements of all inputs and outputs, those of sequences and optional values among them."""
    for port in [*model.graph.input, *model.graph.output]:
        kind = port.type
        while kind.WhichOneof("value") in ("sequence_type", "optional_type"):
            kind = getattr(kind, kind.WhichOneof("value")).elem_type
        yield onnx.TensorProto.DataType.Name(kind.tensor_type.elem_type)


# Types that models of people have; there are tests of others.
USUAL = {"FLOAT", "DOUBLE", "FLOAT16", "BOOL", "STRING"}
USUAL |= {f"{sign}INT{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)}


def main(folder):
    known = set((pathlib.Path(folder) / "operators.txt").read_text().splitlines())
    cases = Cases(folder)
    others = []
    for case in sorted(collect_testcases(None), key=lambda case: case.name):
        graph = case.model.graph
        used = set(operators(graph))
        sets = case.data_sets or []
        if not sets:
            continue
        plain = all(is_array(value) for inputs, outputs in sets for value in [*inputs, *outputs])
        sets = [(arrays(inputs, graph.input), arrays(outputs, graph.output)) for inputs, outputs in sets]
        answers = by_onnxruntime(case, sets)
        agreed = answers is not None and agrees(case, sets, answers)
        standard = all(operator.startswith(("ai.onnx ", "ai.onnx.ml ")) for operator in used)
        counts = agreed and standard and set(elements(case.model)) <= USUAL
        if not plain or not used <= known:
            if counts:
                others.append({"name": case.name, "operators": sorted(used - known)})
            continue
        # Reference answers in float16 round every step; the engines compute in float32.
        halves = any(array.dtype == numpy.float16 for _, outputs in sets for _, array in outputs if hasattr(array, "dtype"))
        rtol = max(case.rtol, 2e-3) if halves else case.rtol
        disputed = None if agreed else answers
        cases.add(case.name, case.model, sets, rtol, case.atol, disputed, counts)
    print(f"{len(others)} cases that onnxruntime passes use other operators")
    (pathlib.Path(folder) / "others.json").write_text(json.dumps(others, indent=1))
    cases.index()


if __name__ == "__main__":
    main(sys.argv[1])

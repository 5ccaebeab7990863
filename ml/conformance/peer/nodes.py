"""The node tests of the package `onnx` whose operators are all in a list, as files.

python nodes.py FOLDER: FOLDER/operators.txt names the operators, one "domain operator" a line.
"""

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


def by_onnxruntime(case, sets):
    """What onnxruntime says to the inputs, where it runs the model and says something else than the test; else None."""
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
    answers = [list(zip(names, answer)) for answer in answers]
    for (_, wanted), answer in zip(sets, answers):
        for (_, a), (_, b) in zip(wanted, answer):
            a, b = numpy.asarray(a), numpy.asarray(b)
            if a.dtype.kind in "fc" and a.shape == b.shape:
                same = numpy.allclose(b, a, rtol=case.rtol, atol=case.atol, equal_nan=True)
            else:
                same = a.shape == b.shape and (a == b).all()
            if not same:
                return answers
    return None


def main(folder):
    known = set((pathlib.Path(folder) / "operators.txt").read_text().splitlines())
    cases = Cases(folder)
    skipped = 0
    for case in sorted(collect_testcases(None), key=lambda case: case.name):
        graph = case.model.graph
        used = set(operators(graph))
        sets = case.data_sets or []
        plain = all(is_array(value) for inputs, outputs in sets for value in [*inputs, *outputs])
        if not sets or not plain or not used <= known:
            skipped += 1
            continue
        sets = [(arrays(inputs, graph.input), arrays(outputs, graph.output)) for inputs, outputs in sets]
        # Reference answers in float16 round every step; the engines compute in float32.
        halves = any(array.dtype == numpy.float16 for _, outputs in sets for _, array in outputs if hasattr(array, "dtype"))
        rtol = max(case.rtol, 2e-3) if halves else case.rtol
        cases.add(case.name, case.model, sets, rtol, case.atol, by_onnxruntime(case, sets))
    print(f"{skipped} cases use other operators")
    cases.index()


if __name__ == "__main__":
    main(sys.argv[1])

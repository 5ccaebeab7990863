"""Models of kinds that people bring, and what onnxruntime says of them, as files: text pipelines, anomaly detectors,
quantised networks, what onnxruntime's optimiser writes, recurrent networks, branches and loops, weights in other files,
functions.

python brought.py FOLDER
"""

import pathlib
import sys
import tempfile
import warnings

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import IsolationForest
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.neighbors import LocalOutlierFactor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import OneClassSVM

from cases import Cases

TORCH = pathlib.Path(__file__).parent.parent / "models" / "torch"
# Absolute and relative ones are added, so together at most 1e-4 of either.
TOLERANCE = 5e-5


def session(model, level=onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL, threads=0):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = threads
    options.graph_optimization_level = level
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def add(cases, name, model, *runs, level=onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL, threads=0):
    """`runs` are lists of (input, array); `threads` 0 are as many as onnxruntime takes."""
    whole = model if isinstance(model, bytes) else model.SerializeToString()
    peer = session(whole, level, threads)
    names = [output.name for output in peer.get_outputs()]
    sets = [(inputs, list(zip(names, peer.run(None, dict(inputs))))) for inputs in runs]
    cases.add(name, whole, sets, TOLERANCE, TOLERANCE)


TEXTS = [
    "The engine will not start", "engine makes a noise", "Invoice is WRONG", "please send the invoice again",
    "brakes make noise, and a lot of it", "refund of the payment", "", "noise noise noise", "größe 42 is wrong",
]  # fmt: skip
TOPICS = ["car", "car", "money", "money", "car", "money", "car", "car", "money"]


def in_c_locale(model):
    """The machines of tests have no other."""
    for node in model.graph.node:
        if node.op_type == "StringNormalizer":
            kept = [a for a in node.attribute if a.name != "locale"]
            del node.attribute[:]
            node.attribute.extend([*kept, helper.make_attribute("locale", "C")])


def texts(cases):
    ways = {
        "tfidf": TfidfVectorizer(),
        "count": CountVectorizer(),
        "binary": CountVectorizer(binary=True),
        "pairs": TfidfVectorizer(ngram_range=(1, 2)),
        "kept_case": CountVectorizer(lowercase=False),
        "sublinear": TfidfVectorizer(sublinear_tf=True),
        "pattern": TfidfVectorizer(token_pattern="[a-zA-Z]+"),
        "letters": CountVectorizer(analyzer="char", ngram_range=(1, 2)),
        "stop": CountVectorizer(stop_words=["the", "is", "a"]),
    }
    probe = numpy.array([["engine noise"], ["where is my refund, The refund"], ["send invoice"], [""]], dtype=object)
    for name, way in ways.items():
        for learner in (LogisticRegression(), MultinomialNB()):
            pipeline = make_pipeline(way, learner).fit(TEXTS, TOPICS)
            try:
                model = to_onnx(
                    pipeline,
                    initial_types=[("text", StringTensorType([None, 1]))],
                    options={id(pipeline): {"zipmap": False}},
                    target_opset={"": 17, "ai.onnx.ml": 3},
                )
            except Exception as error:  # The exporter knows not all of these.
                print(f"{name}: {error}")
                continue
            in_c_locale(model)
            add(cases, f"text_{name}_{type(learner).__name__}", model, [("text", probe)])


def mixed(cases):
    """A text and numbers side by side."""
    numbers = numpy.random.default_rng(2).normal(size=(len(TEXTS), 2))
    table = numpy.array([[text, *row] for text, row in zip(TEXTS, numbers)], dtype=object)
    columns = ColumnTransformer([("text", TfidfVectorizer(), 0), ("numbers", StandardScaler(), [1, 2])])
    pipeline = make_pipeline(columns, LogisticRegression()).fit(table, TOPICS)
    types = [("text", StringTensorType([None, 1])), ("a", FloatTensorType([None, 1])), ("b", FloatTensorType([None, 1]))]
    options = {id(pipeline): {"zipmap": False}}
    model = to_onnx(pipeline, initial_types=types, options=options, target_opset={"": 17, "ai.onnx.ml": 3})
    in_c_locale(model)
    columns = [numbers[:, at : at + 1].astype(numpy.float32) for at in (0, 1)]
    texts = numpy.array(TEXTS, dtype=object).reshape(-1, 1)
    add(cases, "text_beside_numbers", model, [("text", texts), ("a", columns[0]), ("b", columns[1])])


def anomalies(cases):
    random = numpy.random.default_rng(4)
    x = random.normal(size=(160, 3)).astype(numpy.float32)
    probe = numpy.vstack([random.normal(size=(6, 3)), random.normal(size=(4, 3)) * 6 + 8]).astype(numpy.float32)
    detectors = {
        "forest": IsolationForest(n_estimators=8, random_state=1),
        "one_class": OneClassSVM(nu=0.08, gamma=0.3),
        "local_outliers": LocalOutlierFactor(novelty=True),
    }
    for name, detector in detectors.items():
        types = [("x", FloatTensorType([None, 3]))]
        model = to_onnx(detector.fit(x), initial_types=types, target_opset={"": 17, "ai.onnx.ml": 3})
        add(cases, f"anomalies_{name}", model, [("x", probe)])


def inputs_of(model, rows, seed):
    random = numpy.random.default_rng(seed)
    ports = onnx.load(model).graph.input if isinstance(model, (str, pathlib.Path)) else model.graph.input
    made = []
    for port in ports:
        lengths = [d.dim_value or rows for d in port.type.tensor_type.shape.dim]
        whole = port.type.tensor_type.elem_type == TensorProto.INT64
        made.append((port.name, random.integers(0, 8, lengths) if whole else random.normal(size=lengths).astype(numpy.float32)))
    return made


class Calibration(CalibrationDataReader):
    def __init__(self, model):
        self.sets = iter([dict(inputs_of(model, 4, seed)) for seed in range(4)])

    def get_next(self):
        return next(self.sets, None)


def quantised(cases, folder):
    for network in ("mnist_cnn", "residual", "mixer"):
        plain = str(TORCH / f"{network}.onnx")
        made = str(pathlib.Path(folder) / "quantised.onnx")
        ways = {
            "dynamic": lambda: quantize_dynamic(plain, made, weight_type=QuantType.QUInt8),
            "dynamic_signed": lambda: quantize_dynamic(plain, made, weight_type=QuantType.QInt8, per_channel=True),
            "operators": lambda: quantize_static(plain, made, Calibration(plain), quant_format=QuantFormat.QOperator),
            "pairs": lambda: quantize_static(plain, made, Calibration(plain), quant_format=QuantFormat.QDQ),
            "pairs_by_channel": lambda: quantize_static(
                plain, made, Calibration(plain), quant_format=QuantFormat.QDQ, per_channel=True
            ),
        }
        for name, way in ways.items():
            way()
            # Fused, pairs of quantisation round elsewhere than they are written.
            level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
            model = onnx.load(made)
            add(cases, f"quantised_{network}_{name}", model, inputs_of(model, 3, 9), level=level)


def optimised(cases, folder):
    levels = onnxruntime.GraphOptimizationLevel
    for network in ("mnist_cnn", "residual", "mixer", "decoder"):
        for name, level in (("basic", levels.ORT_ENABLE_BASIC), ("extended", levels.ORT_ENABLE_EXTENDED)):
            made = str(pathlib.Path(folder) / "optimised.onnx")
            options = onnxruntime.SessionOptions()
            options.log_severity_level = 4
            options.graph_optimization_level = level
            options.optimized_model_filepath = made
            onnxruntime.InferenceSession(str(TORCH / f"{network}.onnx"), options, providers=["CPUExecutionProvider"])
            model = onnx.load(made)
            add(cases, f"optimised_{network}_{name}", model, inputs_of(model, 3, 5))


def model_of(nodes, inputs, outputs, constants=(), opset=17):
    def port(name, element, dims):
        return helper.make_tensor_value_info(name, element, dims)

    graph = helper.make_graph(
        nodes,
        "made",
        [port(*given) for given in inputs],
        [port(*given) for given in outputs],
        [numpy_helper.from_array(value, name) for name, value in constants],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def recurrent(cases):
    random = numpy.random.default_rng(8)
    width, hidden, steps, rows = 3, 4, 6, 2
    for operator, gates in (("RNN", 1), ("GRU", 3), ("LSTM", 4)):
        for direction, ways in (("forward", 1), ("reverse", 1), ("bidirectional", 2)):
            for variant in ("plain", "lengths", "bare", "activations", "clip", "late", "peepholes", "coupled"):
                if (variant == "late") != (variant == "late" and operator == "GRU"):
                    continue
                if variant in ("peepholes", "coupled") and operator != "LSTM":
                    continue
                shape = lambda *lengths: random.normal(size=lengths).astype(numpy.float32)
                constants = [("w", shape(ways, gates * hidden, width)), ("r", shape(ways, gates * hidden, hidden))]
                names = ["x", "w", "r"]
                if variant != "bare":
                    constants.append(("b", shape(ways, 2 * gates * hidden)))
                    names.append("b")
                attributes = {"hidden_size": hidden, "direction": direction}
                if variant == "lengths":
                    constants.append(("lengths", numpy.array([steps, steps - 2], dtype=numpy.int32)))
                    constants.append(("h", shape(ways, rows, hidden)))
                    names += ["lengths", "h"]
                if variant == "activations":
                    count = {"RNN": 1, "GRU": 2, "LSTM": 3}[operator] * ways
                    attributes["activations"] = ["Relu", "Softsign", "Tanh", "Sigmoid", "Softplus", "Tanh"][:count]
                if variant == "clip":
                    attributes["clip"] = 0.5
                if variant == "late":
                    attributes["linear_before_reset"] = 1
                if variant == "coupled":
                    attributes["input_forget"] = 1
                if variant == "peepholes":
                    constants.append(("p", shape(ways, 3 * hidden)))
                    names += ["", "", "", "p"]
                outputs = ["y", "last"] + (["cell"] if operator == "LSTM" else [])
                node = helper.make_node(operator, names, outputs, **attributes)
                ports = [(name, TensorProto.FLOAT, None) for name in outputs]
                model = model_of([node], [("x", TensorProto.FLOAT, [steps, None, width])], ports, constants)
                add(cases, f"{operator}_{direction}_{variant}", model, [("x", shape(steps, rows, width))])


def quantised_recurrent(cases, folder):
    """LSTMs as `quantize_dynamic` leaves them: DynamicQuantizeLSTM of onnxruntime."""
    random = numpy.random.default_rng(21)
    f, width, hidden, steps, rows = TensorProto.FLOAT, 3, 5, 6, 3
    shape = lambda *lengths: random.normal(size=lengths).astype(numpy.float32)
    plain, made = (str(pathlib.Path(folder) / f"{name}.onnx") for name in ("lstm", "lstm_quantised"))
    for direction, ways in (("forward", 1), ("reverse", 1), ("bidirectional", 2)):
        for variant in ("plain", "lengths", "bare"):
            constants = [("w", shape(ways, 4 * hidden, width)), ("r", shape(ways, 4 * hidden, hidden))]
            names = ["x", "w", "r"]
            if variant != "bare":
                constants.append(("b", shape(ways, 8 * hidden)))
                names.append("b")
            if variant == "lengths":
                constants.append(("lengths", numpy.array([steps, steps - 2, steps - 5], dtype=numpy.int32)))
                constants.append(("h", shape(ways, rows, hidden)))
                names += ["lengths", "h"]
            node = helper.make_node("LSTM", names, ["y", "last", "cell"], hidden_size=hidden, direction=direction)
            ports = [(name, f, None) for name in node.output]
            onnx.save(model_of([node], [("x", f, [steps, None, width])], ports, constants), plain)
            # With all eight bits for signed weights, sums of products run over on some processors.
            scales = {
                "whole": {"reduce_range": True},
                "by_channel": {"reduce_range": True, "per_channel": True},
            }
            for way, told in scales.items():
                quantize_dynamic(plain, made, **told)
                model = onnx.load(made)
                assert "DynamicQuantizeLSTM" in [node.op_type for node in model.graph.node]
                # With several threads onnxruntime rounds the states of some rows apart from those of others.
                run = [("x", shape(steps, rows, width))]
                add(cases, f"quantised_LSTM_{direction}_{variant}_{way}", model, run, threads=1)


def flow(cases):
    f, i, b = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
    node, info = helper.make_node, helper.make_tensor_value_info
    x = numpy.array([[1.0, -2.0], [3.0, 0.0], [0.0, 5.0]], dtype=numpy.float32)
    ports = [("x", f, ["N", 2])], [("y", f, None)]
    # A branch that the data decides, with shapes of their own.
    then = helper.make_graph([node("ReduceSum", ["x", "axes"], ["t"], keepdims=0)], "then", [], [info("t", f, None)])
    other = helper.make_graph([node("Neg", ["x"], ["o"])], "else", [], [info("o", f, None)])
    nodes = [
        node("ReduceSum", ["x"], ["sum"], keepdims=0),
        node("Greater", ["sum", "zero"], ["more"]),
        node("If", ["more"], ["y"], then_branch=then, else_branch=other),
    ]
    constants = [("axes", numpy.array([1])), ("zero", numpy.float32(0))]
    add(cases, "if_by_data", model_of(nodes, *ports, constants), [("x", x)], [("x", -x)])
    # A loop that ends by its condition, and collects what it saw.
    body = helper.make_graph(
        [
            node("Mul", ["v", "two"], ["w"]),
            node("ReduceMax", ["w"], ["most"], keepdims=0),
            node("Less", ["most", "limit"], ["again"]),
            node("Identity", ["w"], ["seen"]),
        ],
        "body",
        [info("at", i, []), info("go", b, []), info("v", f, None)],
        [info("again", b, []), info("w", f, None), info("seen", f, None)],
    )
    nodes = [node("Loop", ["", "yes", "x"], ["y", "all"], body=body)]
    constants = [("two", numpy.float32(2)), ("limit", numpy.float32(50)), ("yes", numpy.array(True))]
    outputs = [("y", f, None), ("all", f, None)]
    add(cases, "loop_until", model_of(nodes, ports[0], outputs, constants), [("x", x)])
    # A running sum over rows, by Scan, backwards too.
    step = helper.make_graph(
        [node("Add", ["sum", "row"], ["next"]), node("Identity", ["next"], ["now"])],
        "step",
        [info("sum", f, [2]), info("row", f, [2])],
        [info("next", f, [2]), info("now", f, [2])],
    )
    for name, backwards in (("forward", 0), ("backward", 1)):
        scan = node(
            "Scan", ["start", "x"], ["last", "y"], body=step, num_scan_inputs=1,
            scan_input_directions=[backwards], scan_output_directions=[backwards],
        )  # fmt: skip
        outputs = [("last", f, None), ("y", f, None)]
        model = model_of([scan], ports[0], outputs, [("start", numpy.zeros(2, numpy.float32))])
        add(cases, f"scan_{name}", model, [("x", x)])
    # Masks.
    nodes = [
        node("Cast", ["x"], ["whole"], to=i),
        node("NonZero", ["whole"], ["places"]),
        node("Transpose", ["places"], ["rows"]),
        node("GatherND", ["x", "rows"], ["y"]),
        node("Shape", ["rows"], ["count"]),
    ]
    add(cases, "non_zero", model_of(nodes, ports[0], [("y", f, None), ("count", i, None)]), [("x", x)], [("x", x[:1])])
    nodes = [node("Greater", ["x", "zero"], ["more"]), node("Reshape", ["more", "flat"], ["mask"]),
             node("Reshape", ["x", "flat"], ["all"]), node("Compress", ["all", "mask"], ["y"])]  # fmt: skip
    constants = [("zero", numpy.float32(0)), ("flat", numpy.array([-1]))]
    add(cases, "compress", model_of(nodes, *ports, constants), [("x", x)])
    for reduction in ("none", "add", "mul", "max", "min"):
        nodes = [node("ScatterND", ["x", "places", "values"], ["y"], reduction=reduction)]
        constants = [("places", numpy.array([[0, 1], [2, 0]])), ("values", numpy.array([7, -9], dtype=numpy.float32))]
        add(cases, f"scatter_{reduction}", model_of(nodes, *ports, constants, opset=18), [("x", x)])
    nodes = [node("TopK", ["x", "two"], ["y", "at"], axis=0, largest=0), node("CumSum", ["y", "first"], ["sums"])]
    outputs = [("sums", f, None), ("at", i, None)]
    add(cases, "lowest_two", model_of(nodes, ports[0], outputs, [("two", numpy.array([2])), ("first", numpy.array(0))]), [("x", x)])


def halves(cases):
    random = numpy.random.default_rng(3)
    w = random.normal(size=(4, 3)).astype(numpy.float16)
    nodes = [
        helper.make_node("Cast", ["w"], ["wide"], to=TensorProto.FLOAT),
        helper.make_node("MatMul", ["x", "wide"], ["z"]),
        helper.make_node("Cast", ["z"], ["small"], to=TensorProto.FLOAT16),
        helper.make_node("Cast", ["small"], ["y"], to=TensorProto.FLOAT),
    ]
    ports = [("x", TensorProto.FLOAT, ["N", 4])], [("y", TensorProto.FLOAT, None)]
    x = random.normal(size=(5, 4)).astype(numpy.float32)
    add(cases, "half_weights", model_of(nodes, *ports, [("w", w)]), [("x", x)])


def add_apart(cases, name, model, one_file, *runs, least=0):
    """Keeps weights of at least so many bytes in files beside the model; onnxruntime reads them from there."""
    with tempfile.TemporaryDirectory() as made:
        place = pathlib.Path(made)
        how = {"all_tensors_to_one_file": one_file, "location": "model.onnx.data" if one_file else None}
        onnx.save(model, place / "model.onnx", save_as_external_data=True, size_threshold=least, convert_attribute=True, **how)
        peer = session(str(place / "model.onnx"))
        names = [output.name for output in peer.get_outputs()]
        sets = [(inputs, list(zip(names, peer.run(None, dict(inputs))))) for inputs in runs]
        cases.add(name, (place / "model.onnx").read_bytes(), sets, TOLERANCE, TOLERANCE)
        for file in place.iterdir():
            if file.name != "model.onnx":
                (cases.folder / name / file.name).write_bytes(file.read_bytes())


def apart(cases):
    for at, name in enumerate(("mnist_cnn", "decoder")):
        for one_file in (True, False):
            model = onnx.load(TORCH / f"{name}.onnx")
            runs = [inputs_of(model, 3, at)]
            add_apart(cases, f"apart_{name}{'' if one_file else '_many'}", model, one_file, *runs, least=200)
    # Weights of a branch, of an attribute and of other types than floats.
    f, node, info = TensorProto.FLOAT, helper.make_node, helper.make_tensor_value_info
    random = numpy.random.default_rng(6)
    inside = [numpy_helper.from_array(random.normal(size=(2, 2)).astype(numpy.float32), "inner")]
    then = helper.make_graph([node("MatMul", ["x", "inner"], ["t"])], "then", [], [info("t", f, None)], inside)
    other = helper.make_graph([node("Neg", ["x"], ["o"])], "else", [], [info("o", f, None)])
    fixed = numpy_helper.from_array(numpy.arange(6, dtype=numpy.float16).reshape(3, 2), "fixed")
    nodes = [
        node("ReduceSum", ["x"], ["sum"], keepdims=0),
        node("Greater", ["sum", "zero"], ["more"]),
        node("If", ["more"], ["a"], then_branch=then, else_branch=other),
        node("Constant", [], ["half"], value=fixed),
        node("Cast", ["half"], ["wide"], to=f),
        node("Gather", ["wide", "places"], ["rows"]),
        node("Add", ["a", "rows"], ["y"]),
    ]
    constants = [("zero", numpy.float32(0)), ("places", numpy.array([2, 0, 1]))]
    model = model_of(nodes, [("x", f, [3, 2])], [("y", f, None)], constants)
    x = random.normal(size=(3, 2)).astype(numpy.float32)
    add_apart(cases, "apart_inside", model, True, [("x", numpy.abs(x))], [("x", -numpy.abs(x))])


def functions(cases):
    f, node, info = TensorProto.FLOAT, helper.make_node, helper.make_tensor_value_info
    sets = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]
    x = numpy.random.default_rng(9).normal(size=(4, 3)).astype(numpy.float32)

    def whole(nodes, made, outputs=("y",), constants=()):
        graph = helper.make_graph(
            nodes,
            "functions",
            [info("x", f, ["N", 3])],
            [info(name, f, None) for name in outputs],
            [numpy_helper.from_array(value, name) for name, value in constants],
        )
        return helper.make_model(graph, functions=made, opset_imports=sets, ir_version=8)

    def referring(made, name, of):
        """Lets attribute `name` of a node be attribute `of` of the call."""
        kept = [attribute for attribute in made.attribute if attribute.name != name]
        kind = next(attribute.type for attribute in made.attribute if attribute.name == name)
        del made.attribute[:]
        made.attribute.extend([*kept, onnx.AttributeProto(name=name, type=kind, ref_attr_name=of)])
        return made

    # The one that ONNX's own manual makes: a product and a sum.
    linear = helper.make_function(
        "own", "Linear", ["x", "a", "b"], ["y"],
        [node("MatMul", ["x", "a"], ["xa"]), node("Add", ["xa", "b"], ["y"])], sets[:1], [],
    )  # fmt: skip
    constants = [("w", numpy.eye(3, dtype=numpy.float32) * 2), ("b", numpy.float32([1, -1, 0.5]))]
    call = lambda inputs, outputs, name="Linear", **more: node(name, inputs, outputs, domain="own", **more)
    # Names inside are those outside, too, and it is called twice.
    nodes = [call(["x", "w", "b"], ["xa"]), call(["xa", "w", "b"], ["y"])]
    add(cases, "function_twice", whole(nodes, [linear], constants=constants), [("x", x)])
    # Attributes of the call, with a value for those that it leaves out.
    bent = helper.make_function(
        "own", "Bent", ["x"], ["y", "z"],
        [
            referring(node("LeakyRelu", ["x"], ["y"], alpha=0.5), "alpha", "slope"),
            referring(node("Elu", ["x"], ["z"], alpha=0.5), "alpha", "other"),
        ],
        sets[:1], ["slope"], [helper.make_attribute("other", 2.0)],
    )  # fmt: skip
    nodes = [call(["x"], ["a", "b"], "Bent", slope=0.25), call(["x"], ["", "c"], "Bent", other=3.0), call(["x"], ["d", "e"], "Bent")]
    nodes += [node("Concat", ["a", "b", "c", "d", "e"], ["y"], axis=1)]
    add(cases, "function_attributes", whole(nodes, [bent]), [("x", x)])
    # Functions in functions, in branches, an input that is left out.
    then = helper.make_graph([call(["v", "w", "b"], ["t"])], "then", [], [info("t", f, None)])
    other = helper.make_graph(
        [referring(node("LeakyRelu", ["v"], ["t"], alpha=0.5), "alpha", "slope")], "else", [], [info("t", f, None)]
    )
    chosen = helper.make_function(
        "own", "Chosen", ["v", "w", "b", "least"], ["y"],
        [
            node("ReduceSum", ["v"], ["sum"], keepdims=0),
            node("Constant", [], ["zero"], value_float=0.0),
            node("Greater", ["sum", "zero"], ["more"]),
            node("If", ["more"], ["t"], then_branch=then, else_branch=other),
            node("Clip", ["t", "least"], ["y"]),
        ],
        sets, ["slope"],
    )  # fmt: skip
    nodes = [call(["x", "w", "b"], ["p"], "Chosen", slope=0.125), node("Add", ["p", "x"], ["y"])]
    model = whole(nodes, [chosen, linear], constants=constants)
    add(cases, "function_nested", model, [("x", numpy.abs(x))], [("x", -numpy.abs(x))])
    # Bodies that the standard gives for its own operators.
    tried = {
        "Elu": {"alpha": 0.7}, "HardSigmoid": {}, "HardSwish": {}, "Mish": {}, "Selu": {},
        "Shrink": {"lambd": 0.3, "bias": 0.1}, "Softplus": {}, "Softsign": {}, "ThresholdedRelu": {"alpha": 0.2},
        "MeanVarianceNormalization": {"axes": [0]},
    }  # fmt: skip
    for name, attributes in tried.items():
        schema = onnx.defs.get_schema(name, 22)
        body = onnx.FunctionProto()
        body.CopyFrom(schema.function_body)
        body.domain, body.name = "own", f"Own{name}"
        # What the standard takes for an attribute that is left out.
        values = [a.default_value for a in schema.attributes.values() if a.default_value.name and a.name not in attributes]
        version = next((s.version for s in body.opset_import if not s.domain), 18)
        del body.opset_import[:]
        body.opset_import.append(helper.make_opsetid("", version))
        own = node(f"Own{name}", ["x"], ["y"], domain="own", **attributes)
        own.attribute.extend(values)
        model = whole([own], [body])
        model.opset_import[0].version = version
        add(cases, f"function_{name}", model, [("x", x)])


def integers(cases):
    """Constants of 16 bits, and without a sign of 32 and 64, that are moved and cast; and numbers quantised to 16 bits."""
    f, i, node = TensorProto.FLOAT, TensorProto.INT64, helper.make_node
    x = numpy.array([2, 0, 3, 1], dtype=numpy.float32)
    for kind in ("int16", "uint16", "uint32", "uint64"):
        limits = numpy.iinfo(kind)
        table = numpy.array([limits.min, 5, min(limits.max, 2**63 - 1), 300], dtype=kind)
        nodes = [
            node("Cast", ["x"], ["at"], to=i),
            node("Constant", [], ["table"], value=numpy_helper.from_array(table)),
            node("Gather", ["table", "at"], ["found"]),
            # onnxruntime compares only those of 32 bits and more.
            node("Max" if limits.bits > 16 else "Concat", ["found", "five"], ["more"], **({} if limits.bits > 16 else {"axis": 0})),
            node("Cast", ["more"], ["number"], to=f),
            node("Cast", ["found"], ["small"], to=TensorProto.INT8),
            node("Cast", ["small"], ["bits"], to=f),
            node("Concat", ["number", "bits"], ["y"], axis=0),
        ]
        constants = [("five", numpy.array([5], dtype=kind))]
        add(cases, f"constants_{kind}", model_of(nodes, [("x", f, ["N"])], [("y", f, None)], constants), [("x", x)])
    for kind in ("int16", "uint16"):
        zero = numpy.array(-3 if kind == "int16" else 40000, dtype=kind)
        weights = numpy.random.default_rng(3).integers(-300, 300, (4, 3)).astype("int16") + zero
        constants = [("scale", numpy.float32(0.01)), ("fine", numpy.float32(0.002)), ("zero", zero)]
        constants.append(("weights", weights.astype(kind)))
        rows = numpy.array([[0.5, -0.014, 1e6, -1e6], [0.005, 0.015, 300, -320]], dtype=numpy.float32)
        # Before version 21 only onnxruntime's own operators quantise to 16 bits.
        for name, opset, domain in (("", 21, ""), ("_by_onnxruntime", 17, "com.microsoft")):
            nodes = [
                node("QuantizeLinear", ["x", "scale", "zero"], ["q"], domain=domain),
                node("DequantizeLinear", ["q", "scale", "zero"], ["back"], domain=domain),
                node("DequantizeLinear", ["weights", "fine", "zero"], ["w"], domain=domain),
                node("MatMul", ["back", "w"], ["y"]),
            ]
            model = model_of(nodes, [("x", f, ["N", 4])], [("y", f, None)], constants, opset=opset)
            model.opset_import.extend([helper.make_opsetid(domain, 1)] if domain else [])
            model.ir_version = 10
            add(cases, f"quantised_{kind}{name}", model, [("x", rows)])
    # As ML.NET hands a predicted key on.
    for kind, code in (("uint16", TensorProto.UINT16), ("uint32", TensorProto.UINT32)):
        nodes = [
            node("Cast", ["x"], ["key"], to=code),
            node("Identity", ["key"], ["handed"]),
            node("Cast", ["handed"], ["y"], to=f),
        ]
        add(cases, f"cast_{kind}", model_of(nodes, [("x", f, ["N"])], [("y", f, None)]), [("x", x)])


def normalised(cases):
    """A layer's normalisation in a model of a version that has none, as onnxruntime's optimiser writes it."""
    f = TensorProto.FLOAT
    nodes = [helper.make_node("LayerNormalization", ["x", "scale", "bias"], ["y"], axis=-1, epsilon=1e-3)]
    constants = [(name, numpy.array([1.5, -0.5, 2], dtype=numpy.float32)) for name in ("scale", "bias")]
    rows = numpy.array([[1, 2, 4], [-3, 0, 0.5]], dtype=numpy.float32)
    for opset in (11, 16):
        model = model_of(nodes, [("x", f, ["N", 3])], [("y", f, None)], constants, opset=opset)
        add(cases, f"normalised_{opset}", model, [("x", rows)])


def main(folder):
    warnings.filterwarnings("ignore")
    onnxruntime.set_default_logger_severity(4)
    cases = Cases(folder)
    texts(cases)
    mixed(cases)
    anomalies(cases)
    with tempfile.TemporaryDirectory() as made:
        quantised(cases, made)
        optimised(cases, made)
        quantised_recurrent(cases, made)
    recurrent(cases)
    flow(cases)
    halves(cases)
    apart(cases)
    functions(cases)
    integers(cases)
    normalised(cases)
    cases.index()


if __name__ == "__main__":
    main(sys.argv[1])

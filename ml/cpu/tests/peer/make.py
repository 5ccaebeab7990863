"""Writes classical.json.gz: small models of ai.onnx.ml with random attributes, and what onnxruntime says to random rows.

Run with onnx and onnxruntime installed: python make.py. The seed is fixed, so the file changes only with this script
and with onnxruntime.
"""
import gzip
import json
import pathlib

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper

random = np.random.default_rng(4)
cases = []
F = TensorProto.FLOAT
TYPES = {"float32": F, "float64": TensorProto.DOUBLE, "int64": TensorProto.INT64, "int32": TensorProto.INT32,
         "object": TensorProto.STRING}


def dump(array):
    array = np.asarray(array)
    kind = "text" if array.dtype == object else str(array.dtype)
    if array.dtype.kind == "U":
        kind, array = "text", array.astype(object)
    values = array.reshape(-1).tolist()
    if kind.startswith("float"):
        # The shortest decimals that give the same number back.
        values = [float(str(v)) if np.isfinite(v) else repr(float(v)) for v in array.reshape(-1)]
    return {"type": kind, "shape": list(array.shape), "values": values}


def case(name, node, inputs, outputs, ml=3, opset=18):
    ports = [helper.make_tensor_value_info(k, TYPES[str(v.dtype)], [None] * v.ndim) for k, v in inputs.items()]
    outs = [helper.make_tensor_value_info(k, t, None) for k, t in outputs.items()]
    nodes = node if isinstance(node, list) else [node]
    graph = helper.make_graph(nodes, name, ports, outs)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset), helper.make_opsetid("ai.onnx.ml", ml)])
    model.ir_version = 8
    data = model.SerializeToString()
    session = ort.InferenceSession(data, providers=["CPUExecutionProvider"])
    got = session.run(None, inputs)
    cases.append({
        "name": name, "model": data.hex(),
        "inputs": {k: dump(v) for k, v in inputs.items()},
        "outputs": [[k, dump(v)] for k, v in zip(outputs, got)],
    })


def ml(op, inputs, outputs, **attributes):
    return helper.make_node(op, inputs, outputs, domain="ai.onnx.ml", name=op.lower(), **attributes)


def trees(count, depth, features, modes, missing=False, chance=0.8):
    """Node lists of random trees, and the leaves as (tree, node)."""
    a = {k: [] for k in ["treeids", "nodeids", "featureids", "values", "modes", "truenodeids", "falsenodeids",
                         "missing_value_tracks_true"]}
    leaves = []
    for tree in range(count):
        nodes = []

        def grow(level):
            me = len(nodes)
            nodes.append(None)
            if level == depth or (level > 0 and random.random() > chance):
                nodes[me] = ("LEAF", 0, 0.0, 0, 0, 0)
                leaves.append((tree, me))
                return me
            yes = grow(level + 1)
            no = grow(level + 1)
            nodes[me] = (str(random.choice(modes)), int(random.integers(features)),
                         float(np.float32(random.integers(-4, 5)) / np.float32(2)), yes, no,
                         int(missing and random.random() < 0.5))
            return me

        grow(0)
        for i, (mode, feature, value, yes, no, track) in enumerate(nodes):
            for k, v in zip(a, [tree, i, feature, value, mode, yes, no, track]):
                a[k].append(v)
    if not missing:
        del a["missing_value_tracks_true"]
    return {"nodes_" + k: v for k, v in a.items()}, leaves


def rows(count, features, missing=False, dtype=np.float32):
    # Halves meet thresholds exactly.
    x = (random.integers(-5, 6, (count, features)) / 2).astype(dtype)
    x[::3] += random.normal(size=x[::3].shape).astype(dtype)
    if missing:
        x[random.random(x.shape) < 0.2] = np.nan
    return x


LEQ, ALL = ["BRANCH_LEQ"], ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"]
ORDER = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT"]


def weights(prefix, leaves, targets, of, low=-1.0):
    ids, nodes, tree_ids, values = [], [], [], []
    for tree, node in leaves:
        for target in of(tree, targets):
            ids.append(target), nodes.append(node), tree_ids.append(tree)
            values.append(float(np.float32(random.uniform(low, 1))))
    return {prefix + "_ids": ids, prefix + "_nodeids": nodes, prefix + "_treeids": tree_ids, prefix + "_weights": values}


every = lambda tree, targets: range(targets)
one_each = lambda tree, targets: [tree % targets]
first = lambda tree, targets: [0]
some = lambda tree, targets: [t for t in range(targets) if random.random() < 0.6]

for modes, modes_name in [(LEQ, "leq"), (ORDER, "order"), (ALL, "all")]:
    for missing in [False, True]:
        for depth in [1, 4, 11]:
            nodes, leaves = trees(3, depth, 5, modes, missing, chance=0.9 if depth < 10 else 0.75)
            case(f"regressor {modes_name} missing={missing} depth={depth}",
                 ml("TreeEnsembleRegressor", ["x"], ["y"], n_targets=1, **nodes, **weights("target", leaves, 1, every)),
                 {"x": rows(21, 5, missing)}, {"y": F})
for aggregate in ["SUM", "AVERAGE", "MIN", "MAX"]:
    for targets, of in [(1, every), (3, every), (3, some)]:
        for base in [0, targets]:
            if base and of is some:
                continue  # onnxruntime forgets the base of targets that no leaf spoke of
            nodes, leaves = trees(4, 3, 4, LEQ)
            more = {"base_values": [float(i) + 0.5 for i in range(base)]} if base else {}
            case(f"regressor {aggregate} targets={targets} {'some' if of is some else 'every'} base={base}",
                 ml("TreeEnsembleRegressor", ["x"], ["y"], n_targets=targets, aggregate_function=aggregate, **nodes,
                    **weights("target", leaves, targets, of), **more), {"x": rows(9, 4)}, {"y": F})
for transform in ["LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO", "PROBIT"]:
    for targets in [1, 3]:
        nodes, leaves = trees(2, 3, 4, LEQ)
        case(f"regressor {transform} targets={targets}",
             ml("TreeEnsembleRegressor", ["x"], ["y"], n_targets=targets, post_transform=transform, **nodes,
                **weights("target", leaves, targets, every, 0.05 if transform == "PROBIT" else -1.0)),
             {"x": rows(9, 4)}, {"y": F})
for dtype in [np.float64, np.int64, np.int32]:
    nodes, leaves = trees(3, 4, 4, ORDER)
    case(f"trees of {np.dtype(dtype)}",
         ml("TreeEnsembleClassifier", ["x"], ["label", "scores"], classlabels_int64s=[0, 1, 2], **nodes,
            **weights("class", leaves, 3, every)),
         {"x": rows(9, 4).astype(dtype)}, {"label": TensorProto.INT64, "scores": F})
# Trees over more features than a block has columns, and rows enough for several blocks.
nodes, leaves = trees(40, 5, 1500, LEQ)
case("regressor with many features",
     ml("TreeEnsembleRegressor", ["x"], ["y"], n_targets=1, **nodes, **weights("target", leaves, 1, every)),
     {"x": rows(5, 1500)}, {"y": F})
# With weights for both classes onnxruntime gives 0 and 1 instead of labels that are numbers; here they are 0 and 1.
for labels in [{"classlabels_int64s": [0, 1]}, {"classlabels_strings": ["no", "yes"]}]:
    for of, of_name in [(first, "first"), (every, "every"), (some, "some"), (lambda t, n: [1], "second")]:
        for low in [-1.0, 0.0]:
            for transform in ["NONE", "LOGISTIC", "SOFTMAX"]:
                for base in [0, 1, 2]:
                    if "classlabels_strings" in labels and (base or transform == "SOFTMAX"):
                        continue
                    if of is some and base == 1:
                        continue  # onnxruntime leaves the second score unwritten in some rows
                    nodes, leaves = trees(3, 3, 4, LEQ)
                    more = {"base_values": [0.25, -0.5][:base]} if base else {}
                    w = weights("class", leaves, 2, of, low)
                    if low == 0.0:
                        w["class_weights"] = [v / 3 for v in w["class_weights"]]
                    case(f"two classes {'text' if 'classlabels_strings' in labels else 'int'} {of_name} low={low} "
                         f"{transform} base={base}",
                         ml("TreeEnsembleClassifier", ["x"], ["label", "scores"], post_transform=transform, **labels,
                            **nodes, **w, **more),
                         {"x": rows(9, 4)},
                         {"label": TensorProto.STRING if "classlabels_strings" in labels else TensorProto.INT64,
                          "scores": F})
for transform in ["NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO"]:
    for of, of_name in [(one_each, "one each"), (every, "every"), (some, "some")]:
        for base in [0, 3]:
            nodes, leaves = trees(6, 3, 4, LEQ)
            more = {"base_values": [0.25, -0.5, 0.125]} if base else {}
            case(f"three classes {of_name} {transform} base={base}",
                 ml("TreeEnsembleClassifier", ["x"], ["label", "scores"], post_transform=transform,
                    classlabels_strings=["a", "b", "c"], **nodes, **weights("class", leaves, 3, of), **more),
                 {"x": rows(9, 4)}, {"label": TensorProto.STRING, "scores": F})

def floats(n):
    return [float(np.float32(v)) for v in random.normal(size=n)]

for labels in [{"classlabels_ints": [4, 9]}, {"classlabels_strings": ["no", "yes"]}]:
    for transform in ["NONE", "LOGISTIC", "SOFTMAX"]:
        for targets in [1, 2]:
            case(f"linear two classes {list(labels)[0]} {transform} targets={targets}",
                 ml("LinearClassifier", ["x"], ["label", "scores"], coefficients=floats(4 * targets),
                    intercepts=floats(targets), post_transform=transform, **labels),
                 {"x": rows(7, 4)},
                 {"label": TensorProto.STRING if "classlabels_strings" in labels else TensorProto.INT64, "scores": F})
for transform in ["NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO"]:
    case(f"linear three classes {transform}",
         ml("LinearClassifier", ["x"], ["label", "scores"], coefficients=floats(12), intercepts=floats(3),
            classlabels_ints=[0, 1, 2], post_transform=transform, multi_class=1),
         {"x": rows(7, 4)}, {"label": TensorProto.INT64, "scores": F})
for targets in [1, 3]:
    for transform in ["NONE", "LOGISTIC", "SOFTMAX"]:
        case(f"linear regressor targets={targets} {transform}",
             ml("LinearRegressor", ["x"], ["y"], coefficients=floats(4 * targets), intercepts=floats(targets),
                targets=targets, post_transform=transform), {"x": rows(7, 4)}, {"y": F})
for dtype in [np.float64, np.int64]:
    case(f"linear classifier of {np.dtype(dtype)}",
         ml("LinearClassifier", ["x"], ["label", "scores"], coefficients=floats(12), intercepts=floats(3),
            classlabels_ints=[0, 1, 2]), {"x": rows(7, 4).astype(dtype)}, {"label": TensorProto.INT64, "scores": F})

for kernel in ["LINEAR", "POLY", "RBF", "SIGMOID"]:
    case(f"support regressor {kernel}",
         ml("SVMRegressor", ["x"], ["y"], kernel_type=kernel, kernel_params=[0.3, 0.5, 3.0], n_supports=5,
            support_vectors=floats(20), coefficients=floats(5), rho=[0.25]), {"x": rows(7, 4)}, {"y": F})
    for classes in [2, 3]:
        for proba in [False, True]:
            for transform in ["NONE", "LOGISTIC"]:
                pairs = classes * (classes - 1) // 2
                more = {"prob_a": [-1.5] * pairs, "prob_b": [0.1] * pairs} if proba else {}
                per = [2, 3, 2][:classes]
                case(f"support classifier {kernel} classes={classes} proba={proba} {transform}",
                     ml("SVMClassifier", ["x"], ["label", "scores"], kernel_type=kernel, kernel_params=[0.3, 0.5, 3.0],
                        vectors_per_class=per, support_vectors=floats(4 * sum(per)),
                        coefficients=floats((classes - 1) * sum(per)), rho=floats(pairs), post_transform=transform,
                        classlabels_ints=list(range(classes)), **more),
                     {"x": rows(7, 4)}, {"label": TensorProto.INT64, "scores": F})
for classes in [2, 3]:
    case(f"support classifier liblinear classes={classes}",
         ml("SVMClassifier", ["x"], ["label", "scores"], kernel_params=[0.0, 0.0, 0.0], coefficients=floats(4 * classes),
            rho=[0.5], classlabels_strings=["a", "b", "c"][:classes]),
         {"x": rows(7, 4)}, {"label": TensorProto.STRING, "scores": F})
case("one class", ml("SVMRegressor", ["x"], ["y"], kernel_type="RBF", kernel_params=[0.3, 0.0, 3.0], n_supports=5,
                     support_vectors=floats(20), coefficients=floats(5), rho=[-0.25], one_class=1),
     {"x": rows(7, 4)}, {"y": F})

for dtype in [np.float32, np.float64, np.int64, np.int32]:
    x = rows(6, 3).astype(dtype)
    case(f"scaler of {np.dtype(dtype)}", ml("Scaler", ["x"], ["y"], scale=floats(3), offset=floats(3)), {"x": x}, {"y": F})
    case(f"scaler by one of {np.dtype(dtype)}", ml("Scaler", ["x"], ["y"], scale=[0.5], offset=[2.0]), {"x": x}, {"y": F})
    for norm in ["MAX", "L1", "L2"]:
        case(f"normalizer {norm} of {np.dtype(dtype)}", ml("Normalizer", ["x"], ["y"], norm=norm),
             {"x": np.concatenate([x, x[:1] * 0])}, {"y": F})
case("imputer", ml("Imputer", ["x"], ["y"], imputed_value_floats=[1.0, 2.0, 3.0], replaced_value_float=float("nan")),
     {"x": rows(6, 3, True)}, {"y": F})
case("imputer by one", ml("Imputer", ["x"], ["y"], imputed_value_floats=[9.0], replaced_value_float=0.5),
     {"x": rows(6, 3)}, {"y": F})
case("imputer of integers", ml("Imputer", ["x"], ["y"], imputed_value_int64s=[9], replaced_value_int64=-1),
     {"x": rows(6, 3).astype(np.int64)}, {"y": TensorProto.INT64})
case("binarizer", ml("Binarizer", ["x"], ["y"], threshold=0.5), {"x": rows(6, 3)}, {"y": F})
texts = np.array([["a", "b"], ["c", "zz"], ["b", "a"]], dtype=object)
numbers = np.array([[1, 5], [7, 2], [5, 1]], dtype=np.int64)
case("one hot of texts", ml("OneHotEncoder", ["x"], ["y"], cats_strings=["a", "b", "c"], zeros=1), {"x": texts}, {"y": F})
for dtype in [np.int64, np.float32, np.float64]:
    case(f"one hot of {np.dtype(dtype)}", ml("OneHotEncoder", ["x"], ["y"], cats_int64s=[1, 5, 7], zeros=1),
         {"x": numbers.astype(dtype)}, {"y": F})
S, I = TensorProto.STRING, TensorProto.INT64
decimals = np.array([[0.5, np.nan], [-0.0, 3.5]], dtype=np.float32)
case("labels text to int", ml("LabelEncoder", ["x"], ["y"], keys_strings=["a", "b"], values_int64s=[5, 6]), {"x": texts}, {"y": I}, 2)
case("labels text to float", ml("LabelEncoder", ["x"], ["y"], keys_strings=["a", "b"], values_floats=[5.5, 6.5], default_float=0.25), {"x": texts}, {"y": F}, 2)
case("labels int to text", ml("LabelEncoder", ["x"], ["y"], keys_int64s=[1, 5], values_strings=["one", "five"]), {"x": numbers}, {"y": S}, 2)
case("labels int to float", ml("LabelEncoder", ["x"], ["y"], keys_int64s=[1, 5], values_floats=[1.5, 5.5]), {"x": numbers}, {"y": F}, 2)
case("labels float to text", ml("LabelEncoder", ["x"], ["y"], keys_floats=[0.5, 0.0], values_strings=["half", "zero"], default_string="?"), {"x": decimals}, {"y": S}, 2)
case("labels float to int", ml("LabelEncoder", ["x"], ["y"], keys_floats=[0.5, 0.0], values_int64s=[1, 2], default_int64=-7), {"x": decimals}, {"y": I}, 2)
case("labels text to text", ml("LabelEncoder", ["x"], ["y"], keys_strings=["a", "b"], values_strings=["b", "a"]), {"x": texts}, {"y": S}, 4)
case("labels int to int", ml("LabelEncoder", ["x"], ["y"], keys_int64s=[1, 5], values_int64s=[10, 50]), {"x": numbers}, {"y": I}, 4)
case("labels float to float with nan", ml("LabelEncoder", ["x"], ["y"], keys_floats=[0.5, float("nan")], values_floats=[1.0, 2.0], default_float=-1.0), {"x": decimals}, {"y": F}, 4)
case("labels by tensors", ml("LabelEncoder", ["x"], ["y"], keys_tensor=helper.make_tensor("k", S, [2], [b"a", b"c"]), values_tensor=helper.make_tensor("v", F, [2], [1.0, 2.0]), default_tensor=helper.make_tensor("d", F, [1], [0.5])), {"x": texts}, {"y": F}, 4)
case("labels by classes", ml("LabelEncoder", ["x"], ["y"], classes_strings=["a", "b", "c"]), {"x": texts}, {"y": I}, 1)
case("categories to numbers", ml("CategoryMapper", ["x"], ["y"], cats_strings=["a", "b"], cats_int64s=[4, 5], default_int64=-2), {"x": texts}, {"y": I})
case("categories to texts", ml("CategoryMapper", ["x"], ["y"], cats_strings=["a", "b"], cats_int64s=[1, 5], default_string="?"), {"x": numbers}, {"y": S})
case("extractor", ml("ArrayFeatureExtractor", ["x", "i"], ["y"]), {"x": rows(4, 5), "i": np.array([3, 0, 3], dtype=np.int64)}, {"y": F})
case("extractor of texts", ml("ArrayFeatureExtractor", ["x", "i"], ["y"]), {"x": texts, "i": np.array([1], dtype=np.int64)}, {"y": S})
case("extractor of one row", ml("ArrayFeatureExtractor", ["x", "i"], ["y"]), {"x": rows(1, 5)[0], "i": np.array([1, 2], dtype=np.int64)}, {"y": F})
case("vectorizer", ml("FeatureVectorizer", ["a", "b"], ["y"], inputdimensions=[2, 4]), {"a": rows(3, 3), "b": rows(3, 2)}, {"y": F})

path = pathlib.Path(__file__).with_name("classical.json.gz")
text = json.dumps({"onnxruntime": ort.__version__, "cases": cases}, separators=(",", ":"))
path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
print(len(cases), "cases", path.stat().st_size, "bytes")

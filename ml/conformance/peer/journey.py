"""Makes what the journeys of running models need: exported models, tables, and what onnxruntime says to them.

    python journey.py OUT

For `xgboost` and `pipeline`: NAME.onnx, NAME.csv (1,000 rows and their labels) and NAME.json
({"labels": [...], "probabilities": [[...]], "accuracy": correct rows}). Then three files that nobody should trust:
`hostile.onnx` (an operator that does not exist, in a node called `steal_keys`), `cycle.onnx` (nodes that wait for each
other) and `endless.onnx` (hours of matrix products).
"""

import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
import pandas
from onnx import TensorProto, helper
from onnxmltools import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as XgbFloats
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer, load_wine
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from xgboost import XGBClassifier


def rows_like(table, count, seed):
    """Rows drawn again with a little noise, so that there are enough of them."""
    draw = np.random.default_rng(seed)
    picked = draw.integers(0, len(table), count)
    values = table[picked]
    return (values + draw.normal(0, 0.02, values.shape) * table.std(0)).astype("float32"), picked


def predict(model, feeds):
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    labels, probabilities = session.run(None, feeds)
    return [str(label) for label in labels], np.asarray(probabilities).tolist()


def save(out, name, model, frame, truth, feeds):
    (out / f"{name}.onnx").write_bytes(model)
    labels, probabilities = predict(model, feeds)
    truth = [str(label) for label in truth]
    right = sum(a == b for a, b in zip(labels, truth))
    frame = frame.assign(truth=truth)
    frame.to_csv(out / f"{name}.csv", index=False)
    (out / f"{name}.json").write_text(json.dumps({"labels": labels, "probabilities": probabilities, "correct": right}))


def xgboost(out):
    data = load_breast_cancer()
    model = XGBClassifier(n_estimators=60, max_depth=4, random_state=1, n_jobs=1)
    model.fit(data.data.astype("float32"), data.target)
    exported = convert_xgboost(model, initial_types=[("features", XgbFloats([None, 30]))], target_opset=15)
    rows, picked = rows_like(data.data, 1000, 11)
    frame = pandas.DataFrame(rows, columns=[name.replace(" ", "_") for name in data.feature_names])
    # Read back as text, so that both sides see the same numbers.
    save(out, "xgboost", exported.SerializeToString(), frame, data.target[picked], {"features": rows})


def pipeline(out):
    data = load_wine()
    rows, picked = rows_like(data.data, 1000, 12)
    names = [name.replace("/", "_per_") for name in data.feature_names]
    kinds = np.array([f"type {kind}" for kind in data.target])

    def frame_of(values):
        frame = pandas.DataFrame(values, columns=names)
        alcohol = pandas.cut(frame.alcohol, [0, 12.5, 13.3, 99], labels=["light", "medium", "strong"])
        return frame.drop(columns="alcohol").assign(strength=alcohol.astype(str))

    frame = frame_of(data.data.astype("float32"))
    numbers = [name for name in frame.columns if name != "strength"]
    prepared = ColumnTransformer([
        ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
        ("texts", OneHotEncoder(handle_unknown="ignore"), ["strength"]),
    ])
    model = make_pipeline(prepared, LogisticRegression(max_iter=2000)).fit(frame, kinds)
    types = [(name, FloatTensorType([None, 1])) for name in numbers] + [("strength", StringTensorType([None, 1]))]
    exported = to_onnx(model, initial_types=types, target_opset=17, options={"zipmap": False})
    given = frame_of(rows)
    feeds = {name: given[[name]].to_numpy("float32") for name in numbers}
    feeds["strength"] = given[["strength"]].to_numpy(dtype=object)
    save(out, "pipeline", exported.SerializeToString(), given, kinds[picked], feeds)


def model_of(nodes, initialisers=()):
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 1])
    got = helper.make_tensor_value_info("scores", TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "g", [given], [got], list(initialisers))
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()


def untrusted(out):
    nodes = [helper.make_node("Relu", ["x"], ["a"], name="harmless"),
             helper.make_node("ReadWallet", ["a"], ["scores"], name="steal_keys")]
    (out / "hostile.onnx").write_bytes(model_of(nodes))
    nodes = [helper.make_node("Add", ["x", "b"], ["a"], name="first"), helper.make_node("Relu", ["a"], ["b"], name="second"),
             helper.make_node("Relu", ["b"], ["scores"], name="third")]
    (out / "cycle.onnx").write_bytes(model_of(nodes))
    size = onnx.numpy_helper.from_array(np.array([2048, 2048]), "size")
    axes = onnx.numpy_helper.from_array(np.array([1, 1]), "one")
    nodes = [helper.make_node("Expand", ["x", "size"], ["m0"], name="grow")]
    nodes += [helper.make_node("MatMul", [f"m{i}", f"m{i}"], [f"m{i + 1}"], name=f"product_{i}") for i in range(5000)]
    nodes += [helper.make_node("ReduceMean", ["m5000"], ["mean"], name="mean", keepdims=1, axes=[0, 1]),
              helper.make_node("Reshape", ["mean", "one"], ["scores"], name="last")]
    (out / "endless.onnx").write_bytes(model_of(nodes, [size, axes]))


def apart(out):
    """Weights in a second file; the class is the larger of two numbers."""
    random = np.random.default_rng(5)
    weights = [("w", random.normal(size=(1, 64))), ("v", random.normal(size=(64, 2)))]
    weights = [onnx.numpy_helper.from_array(value.astype("float32"), name) for name, value in weights]
    nodes = [helper.make_node("MatMul", ["x", "w"], ["h"]), helper.make_node("Relu", ["h"], ["r"]),
             helper.make_node("MatMul", ["r", "v"], ["scores"])]
    model = onnx.load_from_string(model_of(nodes, weights))
    (out / "apart.onnx.data").unlink(missing_ok=True)
    onnx.save(model, out / "apart.onnx", save_as_external_data=True, location="apart.onnx.data", size_threshold=0)


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    xgboost(out)
    pipeline(out)
    untrusted(out)
    apart(out)


main()

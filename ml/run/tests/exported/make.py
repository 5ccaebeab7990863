"""Exports small models with scikit-learn and XGBoost, and writes what onnxruntime says to their tables.

    python make.py

Writes NAME.onnx, NAME.csv (features and the true label in the last column) and NAME.json
({"labels": [...], "scores": [[...]], "right": rows whose label is true}) beside itself. Needs what
ml/conformance/peer/requirements.txt lists. The files are committed, so that the tests need no Python.
"""

import json
import pathlib

import numpy as np
import onnxruntime
import pandas
from onnxmltools import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as XgbFloats
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_diabetes, load_iris, load_wine
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from xgboost import XGBClassifier

HERE = pathlib.Path(__file__).parent
ROWS = 60


def save(name, model, frame, truth, feeds):
    bytes_ = model.SerializeToString()
    session = onnxruntime.InferenceSession(bytes_, providers=["CPUExecutionProvider"])
    outputs = session.run(None, feeds)
    labels = [str(value) for value in np.asarray(outputs[0]).ravel()]
    scores = outputs[1] if len(outputs) > 1 else []
    if len(scores) and isinstance(scores[0], dict):
        scores = [list(row.values()) for row in scores]
    truth = [str(value) for value in truth]
    right = sum(a == b for a, b in zip(labels, truth))
    (HERE / f"{name}.onnx").write_bytes(bytes_)
    frame.assign(truth=truth).to_csv(HERE / f"{name}.csv", index=False)
    expected = {"labels": labels, "scores": np.asarray(scores).tolist(), "right": right}
    (HERE / f"{name}.json").write_text(json.dumps(expected))


def spread(count):
    return np.linspace(0, count - 1, ROWS).astype(int)


def pipeline():
    """Columns of numbers with gaps, texts and whole numbers, each an input of its own."""
    data = load_wine(as_frame=True)
    frame = data.data[["ash", "hue", "proline"]].astype("float32")
    frame.loc[::7, "hue"] = np.nan
    frame["strength"] = pandas.cut(data.data.alcohol, [0, 12.5, 13.3, 99], labels=["light", "medium", "strong"]).astype(str)
    frame["decade"] = (data.data.magnesium // 10).astype("int64").clip(8, 11)
    kinds = np.array(["Barolo", "Grignolino", "Barbera"])[data.target]
    numbers = ["ash", "hue", "proline"]
    prepared = ColumnTransformer([
        ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
        ("texts", OneHotEncoder(handle_unknown="ignore"), ["strength"]),
        ("decades", OneHotEncoder(handle_unknown="ignore"), ["decade"]),
    ])
    model = make_pipeline(prepared, LogisticRegression(max_iter=2000)).fit(frame, kinds)
    types = [(name, FloatTensorType([None, 1])) for name in numbers]
    types += [("strength", StringTensorType([None, 1])), ("decade", Int64TensorType([None, 1]))]
    exported = to_onnx(model, initial_types=types, target_opset=17, options={"zipmap": False})
    rows = frame.iloc[spread(len(frame))]
    feeds = {name: rows[[name]].to_numpy("float32") for name in numbers}
    feeds["strength"] = rows[["strength"]].to_numpy(dtype=object)
    feeds["decade"] = rows[["decade"]].to_numpy("int64")
    save("pipeline", exported, rows, kinds[spread(len(frame))], feeds)


def iris():
    data = load_iris()
    names = ["sepal length", "sepal width", "petal length", "petal width"]
    return data.data.astype("float32"), data.target, names, data.target_names


def xgboost():
    """Labels are numbers that only count; scores come as a sequence of maps."""
    values, target, names, _ = iris()
    model = XGBClassifier(n_estimators=10, max_depth=3, random_state=1, n_jobs=1).fit(values, target)
    exported = convert_xgboost(model, initial_types=[("features", XgbFloats([None, 4]))], target_opset=15)
    rows = spread(len(values))
    save("xgboost", exported, pandas.DataFrame(values[rows], columns=names), target[rows], {"features": values[rows]})


def mlp():
    """An ArgMax whose result picks from a list of names; scores as a sequence of maps."""
    values, target, names, kinds = iris()
    model = make_pipeline(StandardScaler(), MLPClassifier((8,), max_iter=500, random_state=1)).fit(values, kinds[target])
    exported = to_onnx(model, initial_types=[("features", FloatTensorType([None, 4]))], target_opset=17)
    rows = spread(len(values))
    save("mlp", exported, pandas.DataFrame(values[rows], columns=names), kinds[target][rows], {"features": values[rows]})


def regression():
    data = load_diabetes()
    values = data.data.astype("float32")
    model = LinearRegression().fit(values, data.target)
    exported = to_onnx(model, initial_types=[("features", FloatTensorType([None, 10]))], target_opset=17)
    rows = spread(len(values))
    frame = pandas.DataFrame(values[rows], columns=data.feature_names)
    save("regression", exported, frame, data.target[rows], {"features": values[rows]})


pipeline()
xgboost()
mlp()
regression()

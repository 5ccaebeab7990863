"""Makes public/models/iris_xgboost.onnx from public/datasets/iris.csv, as a user of XGBoost would.

    python sample_models.py

The packages are those of requirements.txt; seeds are fixed.
"""

import csv
import json
import pathlib

import numpy as np
import onnx
import onnxruntime
from onnxmltools import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType
from sklearn.model_selection import StratifiedKFold, cross_val_score
from xgboost import XGBClassifier

PUBLIC = pathlib.Path(__file__).parents[3] / "public"


def main():
    with open(PUBLIC / "datasets" / "iris.csv", newline="") as file:
        header, *rows = list(csv.reader(file))
    columns, classes = header[:-1], sorted({row[-1] for row in rows})
    x = np.array([row[:-1] for row in rows], dtype=np.float32)
    y = np.array([classes.index(row[-1]) for row in rows])
    model = XGBClassifier(n_estimators=25, max_depth=3, learning_rate=0.2, random_state=1, n_jobs=1)
    folds = StratifiedKFold(5, shuffle=True, random_state=1)
    accuracy = cross_val_score(model, x, y, cv=folds).mean()
    model.fit(x, y)
    exported = convert_xgboost(model, initial_types=[("features", FloatTensorType([None, len(columns)]))], target_opset=15)
    onnx.helper.set_model_props(exported, {
        "licence": "Apache-2.0 OR MIT",
        "description": f"Iris species from four lengths and widths in cm: XGBoost, 25 rounds, {accuracy:.1%} of rows by 5-fold cross-validation. Data: R. A. Fisher, 1936.",
        "modelmarket.algorithm": "XGBoost 3.2 gradient-boosted trees",
        "modelmarket.classes": json.dumps(classes),
        "modelmarket.columns": json.dumps(columns),
    })
    onnx.checker.check_model(exported)
    path = PUBLIC / "models" / "iris_xgboost.onnx"
    path.write_bytes(exported.SerializeToString())
    labels, _ = onnxruntime.InferenceSession(path).run(None, {"features": x})
    assert (labels == model.predict(x)).all()
    print(path.name, path.stat().st_size, "bytes,", f"{accuracy:.4f}")


main()

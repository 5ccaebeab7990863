"""Makes the tree ensemble that `cargo xtask bench inference` measures: 100 trees of depth 6 on 28 columns.

    python bench_models.py OUT
"""

import pathlib
import sys

from onnxmltools import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType
from sklearn.datasets import make_classification
from xgboost import XGBClassifier


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    rows, labels = make_classification(30_000, 28, n_informative=20, n_redundant=4, flip_y=0.05, random_state=5)
    model = XGBClassifier(n_estimators=100, max_depth=6, learning_rate=0.1, random_state=5, n_jobs=1)
    model.fit(rows.astype("float32"), labels)
    onnx = convert_xgboost(model, initial_types=[("features", FloatTensorType([None, 28]))], target_opset=15)
    (out / "trees.onnx").write_bytes(onnx.SerializeToString())


main()

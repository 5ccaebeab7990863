"""The peer of ml-train's tests: scikit-learn on the same splits, onnxruntime on the same files.

    training.py prepare DIR            writes DIR/NAME-SEED/{train,test}.csv and truth.json, and scikit-learn's accuracy
    training.py compare DIR            reads DIR/NAME-SEED/ALGORITHM.{onnx,json} and prints, as JSON, how they compare
"""

import json
import os
import pathlib
import sys
import warnings

# Threads would wait for each other longer than these tables take.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from sklearn import datasets
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.filterwarnings("ignore")
# Test rows are few, so accuracies are means over these splits.
SEEDS = {"iris": 6, "wine": 6, "breast": 6, "digits": 3, "sugar": 12}


def tables():
    """Columns by name, whether each is text, and labels."""
    for name, load in (("iris", datasets.load_iris), ("wine", datasets.load_wine),
                       ("breast", datasets.load_breast_cancer), ("digits", datasets.load_digits)):
        data = load()
        names = [str(n) for n in data.feature_names]
        yield name, [(n, data.data[:, i].astype(np.float32)) for i, n in enumerate(names)], \
            [str(data.target_names[t]) for t in data.target]
    # Diabetes progression in three classes, from real columns: sex and bands of two measurements as texts, gaps in
    # one of the numbers.
    data = datasets.load_diabetes(scaled=False)
    rng = np.random.default_rng(7)
    x = data.data
    columns = []
    for i, n in enumerate(data.feature_names):
        if n == "sex":
            columns.append((n, np.where(x[:, i] > 1.5, "two", "one")))
        elif n == "bmi":
            columns.append((n, np.array(["lean", "normal", "heavy, somewhat", "obese"])[np.digitize(x[:, i], [21, 25, 30])]))
        elif n == "s5":
            columns.append((n, np.array(["a", "b", "c", "d", "e", ""])[np.digitize(x[:, i], [4.0, 4.4, 4.8, 5.2, 5.8])]))
        else:
            values = x[:, i].astype(np.float32)
            if n == "bp":
                values[rng.random(len(values)) < 0.1] = np.nan
            columns.append((n, values))
    yield "sugar", columns, [["low", "middle", "high"][k] for k in np.digitize(data.target, [105, 185])]


def cell(value):
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"' if "," in value or value == "" else value
    return "" if np.isnan(value) else repr(value)


def write(path, columns, rows, labels=None):
    with open(path, "w", newline="") as out:
        names = [n for n, _ in columns] + ([] if labels is None else ["label"])
        out.write(",".join(cell(n) for n in names) + "\n")
        for r in rows:
            cells = [cell(c[r].item() if isinstance(c[r], np.str_) else float(c[r])) for _, c in columns]
            out.write(",".join(cells + ([] if labels is None else [cell(labels[r])])) + "\n")


def peer(columns, train, test, labels, seed):
    """Accuracy of scikit-learn's three, with the preparation that ours has."""
    texts = [i for i, (_, c) in enumerate(columns) if c.dtype.kind == "U"]
    numbers = [i for i in range(len(columns)) if i not in texts]
    x = np.array([[c[r] for _, c in columns] for r in range(len(labels))], dtype=object)
    y = np.array(labels)

    def prepared(scale):
        steps = [SimpleImputer(strategy="median")] + ([StandardScaler()] if scale else [])
        parts = [("numbers", make_pipeline(*steps), numbers)]
        if texts:
            parts.append(("texts", OneHotEncoder(handle_unknown="ignore", sparse_output=False), texts))
        return ColumnTransformer(parts)

    models = {
        "logistic": make_pipeline(prepared(True), LogisticRegression(max_iter=2000)),
        "mlp": make_pipeline(prepared(True), MLPClassifier((64,), max_iter=200, random_state=seed)),
        "trees": make_pipeline(prepared(False), HistGradientBoostingClassifier(random_state=seed)),
    }
    return {name: float(model.fit(x[train], y[train]).score(x[test], y[test])) for name, model in models.items()}


def prepare(base):
    for name, columns, labels in tables():
        for seed in range(SEEDS[name]):
            folder = base / f"{name}-{seed}"
            folder.mkdir(parents=True)
            train, test = train_test_split(np.arange(len(labels)), test_size=0.25, random_state=seed, stratify=labels)
            write(folder / "train.csv", columns, train, labels)
            write(folder / "test.csv", columns, test)
            truth = {"labels": [labels[r] for r in test], "peer": peer(columns, train, test, labels, seed)}
            (folder / "truth.json").write_text(json.dumps(truth))


def inputs(session, columns, rows):
    """What the model asks for: one matrix, or a column each."""
    asked = session.get_inputs()
    if len(asked) == 1 and asked[0].name == "features":
        return {"features": np.array([[c[r] for _, c in columns] for r in rows], dtype=np.float32)}
    by_name = dict(columns)
    feeds = {}
    for port in asked:
        column = by_name[port.name]
        kind = object if column.dtype.kind == "U" else np.float32
        feeds[port.name] = np.array([[column[r]] for r in rows], dtype=kind)
    return feeds


def compare(base):
    import onnx
    import onnxruntime

    results = []
    for name, columns, labels in tables():
        for seed in range(SEEDS[name]):
            folder = base / f"{name}-{seed}"
            _, test = train_test_split(np.arange(len(labels)), test_size=0.25, random_state=seed, stratify=labels)
            truth = json.loads((folder / "truth.json").read_text())
            for algorithm in ("logistic", "mlp", "trees"):
                ours = json.loads((folder / f"{algorithm}.json").read_text())
                path = str(folder / f"{algorithm}.onnx")
                onnx.checker.check_model(onnx.load(path), full_check=True)
                session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
                label, probabilities = session.run(None, inputs(session, columns, test))
                mine = np.array(ours["probabilities"], dtype=np.float32).reshape(probabilities.shape)
                # Where two classes are as good as equal, either is right.
                top = np.sort(mine, axis=1)
                clear = top[:, -1] - top[:, -2] > 1e-5
                same = np.array(ours["labels"]) == label
                results.append({
                    "table": name, "seed": seed, "algorithm": algorithm, "rows": len(test),
                    "ours": float(np.mean(np.array(ours["labels"]) == np.array(truth["labels"]))),
                    "peer": truth["peer"][algorithm],
                    "differing_classes": int(np.sum(clear & ~same)),
                    "largest_difference": float(np.max(np.abs(mine - probabilities))),
                })
    print(json.dumps(results))


if __name__ == "__main__":
    {"prepare": prepare, "compare": compare}[sys.argv[1]](pathlib.Path(sys.argv[2]))

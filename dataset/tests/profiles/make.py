"""What pandas and numpy say of the columns of several tables: expected.json, for tests/profiles.rs.

Run it with the packages of ml/conformance/peer/requirements.txt in the folder of this file."""

import json
import pathlib
import random

import numpy
import pandas

HERE = pathlib.Path(__file__).parent
PUBLIC = HERE / "../../../public/datasets"
CASES = HERE / "../cases"


def passengers():
    """A table with ids, names, gaps, fractions, few and many words."""
    draw = random.Random(12)
    rows = []
    for row in range(300):
        rows.append({
            "ticket_id": 1000 + row * 7 + draw.randrange(7),
            "name": f"Person {draw.randrange(10**6):06d}-{row}",
            "age": "" if draw.random() < 0.2 else str(draw.randrange(1, 81)),
            "fare": f"{draw.lognormvariate(3, 1):.4f}",
            "port": draw.choice(["Cherbourg", "Queenstown", "Southampton", "Southampton", "NA"]),
            "cabin": f"{draw.choice('ABCDEF')}{draw.randrange(40)}" if draw.random() < 0.3 else "",
            "siblings": draw.choice([0, 0, 0, 1, 1, 2, 5]),
            "nothing": "",
            "survived": draw.choice(["yes", "no", "no"]),
        })
    pandas.DataFrame(rows).to_csv(HERE / "passengers.csv", index=False)


def bars(values):
    """A bar for each of a few numbers; ranges of equally many whole numbers; twelve ranges of equal width."""
    if values.nunique() <= 12:
        return values.value_counts().sort_index().tolist()
    if (values % 1 == 0).all():
        width = -(-int(values.max() - values.min() + 1) // 12)
        edges = numpy.arange(values.min(), values.max() + width + 1, width) - 0.5
        return numpy.histogram(values, bins=edges)[0].tolist()
    return numpy.histogram(values, bins=12)[0].tolist()


def numbers(values):
    told = values.describe()
    return {"describe": [float(told[name]) for name in ["min", "25%", "50%", "75%", "max", "mean"]], "bars": bars(values)}


def column(values, label):
    present = values.dropna()
    as_numbers = pandas.to_numeric(present, errors="coerce")
    told = {"name": values.name, "gaps": int(values.isna().sum())}
    if len(present) and not label and as_numbers.notna().all():
        finite = as_numbers[numpy.isfinite(as_numbers)]
        others = len(as_numbers) - len(finite)
        return told | {"distinct": int(finite.nunique()), "others": others, "numbers": numbers(finite)}
    counts = present.value_counts()
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].encode()))[:5]
    return told | {"distinct": int(present.nunique()), "top": [[text, int(count)] for text, count in ranked]}


def table(path, label):
    # The signs for a missing value that these tables have.
    missing = ["", "NA", "?", "-", "n/a", "NULL", "null", "nan", "NaN", "none", "--", "missing", "#N/A", ".", "<NA>", "None", "\\N"]
    keep = {"dtype": str, "keep_default_na": False}
    features = [name for name in pandas.read_csv(path, nrows=0) if name != label]
    frame = pandas.read_csv(path, na_values={name: missing for name in features}, **keep)
    return {
        "label": label,
        "rows": len(frame),
        "columns": [column(frame[name], name == label) for name in frame],
        "classes": {text: int(count) for text, count in frame[label].value_counts().sort_index().items()},
    }


passengers()
tables = [
    (PUBLIC / "iris.csv", None),
    (PUBLIC / "breast_cancer.csv", None),
    (CASES / "13-gap-signs/plant.csv", None),
    (CASES / "56-na-is-a-class/places.csv", None),
    (HERE / "passengers.csv", None),
]
told = {}
for path, label in tables:
    label = label or list(pandas.read_csv(path, nrows=0))[-1]
    told[path.resolve().relative_to(HERE.resolve().parents[2]).as_posix()] = table(path, label)
(HERE / "expected.json").write_text(json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n")

"""Models trained with scikit-learn and XGBoost, exported as their users export them, and what onnxruntime says of 1,000
rows, as files.

python exported.py FOLDER
"""

import sys
import warnings

import numpy
import onnxruntime
from onnxmltools import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as XgboostFloats
from skl2onnx import to_onnx
from skl2onnx.common import _container
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.datasets import make_classification, make_regression
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
    VotingClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    Binarizer,
    MinMaxScaler,
    Normalizer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier, XGBRegressor

from cases import Cases

ROWS = 1000
FEATURES = 12
# Absolute and relative ones are added, so together at most 1e-4 of either.
TOLERANCE = 5e-5


def classification(classes, seed):
    x, y = make_classification(
        n_samples=2 * ROWS, n_features=FEATURES, n_informative=8, n_classes=classes, flip_y=0.05, random_state=seed
    )
    return x.astype(numpy.float32), y


def regression(seed):
    x, y = make_regression(n_samples=2 * ROWS, n_features=FEATURES, n_informative=8, noise=0.1, random_state=seed)
    return x.astype(numpy.float32), (y / numpy.abs(y).max()).astype(numpy.float32)


def told(output):
    """What onnxruntime gives for an output, as an array; maps of a ZipMap as a row of scores."""
    if isinstance(output, list) and output and isinstance(output[0], dict):
        return numpy.array([list(row.values()) for row in output], dtype=numpy.float32)
    return numpy.asarray(output)


def add(cases, name, model, inputs):
    whole = model.SerializeToString()
    session = onnxruntime.InferenceSession(whole, providers=["CPUExecutionProvider"])
    outputs = session.run(None, dict(inputs))
    named = [(port.name, told(output)) for port, output in zip(session.get_outputs(), outputs)]
    cases.add(name, whole, [(inputs, named)], TOLERANCE, TOLERANCE)


def add_scikit(cases, name, fitted, columns, types, opset=17):
    """With ZipMap, as skl2onnx does when nothing is asked for, and without, where there are probabilities."""
    classifier = hasattr(fitted, "classes_")
    forms = [("", None)]
    if classifier:
        forms = [("_zipmap", None), ("", {id(fitted): {"zipmap": False}})]
    for ending, options in forms:
        model = to_onnx(fitted, initial_types=types, options=options, target_opset={"": opset, "ai.onnx.ml": 3})
        add(cases, name + ending, model, columns)


def classifiers():
    mlp = dict(hidden_layer_sizes=(24, 12), max_iter=60, random_state=3)
    return {
        "logistic": make_pipeline(StandardScaler(), LogisticRegression()),
        "logistic_one_vs_rest_sgd": make_pipeline(RobustScaler(), SGDClassifier(loss="log_loss", random_state=0)),
        "forest": RandomForestClassifier(n_estimators=40, max_depth=8, random_state=1),
        "extra_trees": ExtraTreesClassifier(n_estimators=20, max_depth=10, random_state=1),
        "tree": DecisionTreeClassifier(max_depth=6, random_state=1),
        "boosting": GradientBoostingClassifier(n_estimators=30, random_state=1),
        "hist_boosting": HistGradientBoostingClassifier(max_iter=30, random_state=1),
        "adaboost": AdaBoostClassifier(n_estimators=10, random_state=1),
        "bagging": BaggingClassifier(n_estimators=5, random_state=1),
        "svc": make_pipeline(StandardScaler(), SVC(probability=True, random_state=0)),
        "svc_linear": make_pipeline(StandardScaler(), SVC(kernel="linear", probability=True, random_state=0)),
        "svc_poly": make_pipeline(MinMaxScaler(), SVC(kernel="poly", degree=2, probability=True, random_state=0)),
        "mlp": make_pipeline(StandardScaler(), MLPClassifier(**mlp)),
        "mlp_tanh": make_pipeline(MinMaxScaler(), MLPClassifier(activation="tanh", **mlp)),
        "normalised": make_pipeline(Normalizer(), LogisticRegression()),
        "normalised_l1": make_pipeline(Normalizer("l1"), LogisticRegression()),
        "binarised": make_pipeline(Binarizer(threshold=0.1), LogisticRegression()),
        "components": make_pipeline(StandardScaler(), PCA(5), LogisticRegression()),
        "polynomial": make_pipeline(StandardScaler(), PolynomialFeatures(2), LogisticRegression(max_iter=500)),
        "bayes": GaussianNB(),
        "neighbours": KNeighborsClassifier(5),
        "voting": VotingClassifier(
            [("a", LogisticRegression(max_iter=500)), ("b", DecisionTreeClassifier(max_depth=4))],
            voting="soft",
            flatten_transform=False,
        ),
    }


def regressors():
    return {
        "linear": LinearRegression(),
        "ridge": make_pipeline(StandardScaler(), Ridge()),
        "forest": RandomForestRegressor(n_estimators=20, max_depth=8, random_state=1),
        "boosting": GradientBoostingRegressor(n_estimators=30, random_state=1),
        "hist_boosting": HistGradientBoostingRegressor(max_iter=30, random_state=1),
        "svr": make_pipeline(StandardScaler(), SVR()),
        "mlp": make_pipeline(StandardScaler(), MLPRegressor(hidden_layer_sizes=(16,), max_iter=60, random_state=3)),
    }


def scikit(cases):
    types = [("features", FloatTensorType([None, FEATURES]))]
    for classes, names in ((2, None), (3, numpy.array(["ant", "bee", "cat"]))):
        x, y = classification(classes, seed=classes)
        y = y if names is None else names[y]
        for name, model in classifiers().items():
            model.fit(x[:ROWS], y[:ROWS])
            add_scikit(cases, f"sklearn_{name}_{classes}", model, [("features", x[ROWS:])], types)
    x, y = regression(seed=5)
    for name, model in regressors().items():
        model.fit(x[:ROWS], y[:ROWS])
        add_scikit(cases, f"sklearn_{name}_regressor", model, [("features", x[ROWS:])], types)
    missing(cases)
    mixed(cases)


def with_holes(x, seed):
    x = x.copy()
    x[numpy.random.default_rng(seed).random(x.shape) < 0.1] = numpy.nan
    return x


def missing(cases):
    """Values that are missing: filled in, or decided upon by trees."""
    types = [("features", FloatTensorType([None, FEATURES]))]
    x, y = classification(3, seed=8)
    x = with_holes(x, seed=9)
    models = {
        "imputed": make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), LogisticRegression()),
        "missing_hist_boosting": HistGradientBoostingClassifier(max_iter=20, random_state=1),
    }
    for name, model in models.items():
        model.fit(x[:ROWS], y[:ROWS])
        add_scikit(cases, f"sklearn_{name}", model, [("features", x[ROWS:])], types)


def mixed(cases):
    """Columns of text, numbers and whole numbers, each an input of its own."""
    random = numpy.random.default_rng(21)
    count = 2 * ROWS
    colour = random.choice(["red", "green", "blue", "été"], count)
    size = random.choice(["S", "M", "L"], count)
    age = random.normal(40, 12, count).astype(numpy.float32)
    income = with_holes(random.lognormal(10, 1, count).astype(numpy.float32), seed=22)
    visits = random.integers(0, 9, count)
    chance = (colour == "red") * 1.5 + (size == "L") + (age - 40) / 20 + visits / 4 - 1.5
    label = numpy.where(chance + random.normal(0, 0.5, count) > 0, "yes", "no")
    frame = {"colour": colour, "size": size, "age": age, "income": income, "visits": visits}
    order = list(frame)
    table = numpy.empty((count, len(order)), dtype=object)
    for at, name in enumerate(order):
        table[:, at] = frame[name]
    types = [
        ("colour", StringTensorType([None, 1])),
        ("size", StringTensorType([None, 1])),
        ("age", FloatTensorType([None, 1])),
        ("income", FloatTensorType([None, 1])),
        ("visits", Int64TensorType([None, 1])),
    ]
    dtypes = {"age": numpy.float32, "income": numpy.float32, "visits": numpy.int64}
    rows = {
        name: numpy.asarray(values[ROWS:], dtype=dtypes.get(name, object)).reshape(-1, 1)
        for name, values in frame.items()
    }
    # One colour that training has never seen.
    rows["colour"][::50] = "mauve"
    numbers = make_pipeline(SimpleImputer(strategy="mean"), StandardScaler())
    transformers = {
        "one_hot": OneHotEncoder(handle_unknown="ignore"),
        "ordinal": OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
    }
    estimators = {
        "logistic": LogisticRegression(max_iter=500),
        "forest": RandomForestClassifier(n_estimators=20, max_depth=6, random_state=1),
    }
    for way, transformer in transformers.items():
        for name, estimator in estimators.items():
            columns = ColumnTransformer(
                [("text", transformer, [0, 1]), ("numbers", numbers, [2, 3]), ("whole", "passthrough", [4])],
                sparse_threshold=0,
            )
            model = make_pipeline(columns, estimator)
            model.fit(table[:ROWS], label[:ROWS])
            add_scikit(cases, f"sklearn_mixed_{way}_{name}", model, list(rows.items()), types)


def xgboost(cases):
    types = [("features", XgboostFloats([None, FEATURES]))]
    for classes in (2, 4):
        x, y = classification(classes, seed=10 + classes)
        for name, inputs in (("", x), ("_missing", with_holes(x, seed=13))):
            model = XGBClassifier(n_estimators=40, max_depth=5, random_state=1, n_jobs=1)
            model.fit(inputs[:ROWS], y[:ROWS])
            exported = convert_xgboost(model, initial_types=types, target_opset=15)
            add(cases, f"xgboost_{classes}{name}", exported, [("features", inputs[ROWS:])])
    x, y = regression(seed=15)
    model = XGBRegressor(n_estimators=40, max_depth=5, random_state=1, n_jobs=1)
    model.fit(x[:ROWS], y[:ROWS])
    exported = convert_xgboost(model, initial_types=types, target_opset=15)
    add(cases, "xgboost_regressor", exported, [("features", x[ROWS:])])


def let_booleans_be_integers():
    """skl2onnx writes flags of trees as booleans, which protobuf no longer takes for integers."""
    make = _container.make_node

    def number(value):
        return int(value) if isinstance(value, (bool, numpy.bool_)) else value

    def make_with_integers(*given, **attributes):
        for name, value in attributes.items():
            if isinstance(value, list):
                attributes[name] = [number(v) for v in value]
        return make(*given, **attributes)

    _container.make_node = make_with_integers


def main(folder):
    let_booleans_be_integers()
    warnings.filterwarnings("ignore")
    cases = Cases(folder)
    scikit(cases)
    xgboost(cases)
    cases.index()


if __name__ == "__main__":
    main(sys.argv[1])

"""Writes tests/measures.json: what scikit-learn and scipy say of predictions that this crate measures too.

    python peer/measures.py > tests/measures.json
"""

import json
import warnings

import numpy as np
from scipy.stats import binomtest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.inspection import permutation_importance
from sklearn.metrics import (accuracy_score, balanced_accuracy_score, confusion_matrix,
                             precision_recall_fscore_support)

warnings.filterwarnings("ignore")
draw = np.random.default_rng(7)


def noisy(truth, classes, right):
    """Predictions of which about this share is right."""
    other = draw.integers(0, classes, len(truth))
    return np.where(draw.random(len(truth)) < right, truth, other)


def predictions():
    truth = draw.integers(0, 3, 60)
    yield "three classes", 3, truth, noisy(truth, 3, 0.7)
    truth = draw.choice([0, 1, 3], 40)
    yield "a class that never occurs but is predicted", 4, truth, noisy(truth, 4, 0.6)
    truth = draw.integers(0, 4, 40)
    yield "a class that is never predicted", 4, truth, np.minimum(noisy(truth, 4, 0.8), 2)
    truth = draw.choice([0, 2], 30)
    yield "a class that neither occurs nor is predicted", 3, truth, draw.choice([0, 2], 30)
    yield "one class only, always right", 1, np.zeros(5, int), np.zeros(5, int)
    yield "one of two classes, always wrong", 2, np.zeros(6, int), np.ones(6, int)
    truth = draw.integers(0, 20, 300)
    yield "twenty classes", 20, truth, noisy(truth, 20, 0.5)


def measured(name, classes, truth, predicted):
    labels = list(range(classes))
    by_class = precision_recall_fscore_support(truth, predicted, labels=labels, zero_division=0)
    means = precision_recall_fscore_support(truth, predicted, average="macro", zero_division=0)
    return {
        "name": name, "classes": classes, "truth": truth.tolist(), "predicted": predicted.tolist(),
        "matrix": confusion_matrix(truth, predicted, labels=labels).tolist(),
        "accuracy": accuracy_score(truth, predicted),
        "balanced_accuracy": balanced_accuracy_score(truth, predicted),
        "precision": by_class[0].tolist(), "recall": by_class[1].tolist(), "f1": by_class[2].tolist(),
        "support": by_class[3].tolist(), "means": [float(value) for value in means[:3]],
    }


def majorities():
    for counts, test in (([3, 9, 2], [0, 1, 1, 2]), ([4, 4, 1], [0, 1, 1]), ([0, 2, 2], [2, 2, 2, 1])):
        train = np.repeat(np.arange(len(counts)), counts)
        dummy = DummyClassifier(strategy="most_frequent").fit(np.zeros((len(train), 1)), train)
        guess = dummy.predict(np.zeros((len(test), 1)))
        yield {"counts": counts, "truth": test, "class": int(guess[0]), "accuracy": accuracy_score(test, guess)}


class Rule(ClassifierMixin, BaseEstimator):
    """Looks at the first column most, at the second a little, at the third never."""

    def fit(self, x, y):
        self.classes_ = np.array([0, 1])
        return self

    def predict(self, x):
        return (3 * x[:, 0] + x[:, 1] > 0).astype(int)


def importance():
    x = np.round(draw.normal(size=(120, 3)), 3)
    rule = Rule().fit(x, None)
    y = np.where(draw.random(120) < 0.1, 1 - rule.predict(x), rule.predict(x))
    found = permutation_importance(rule, x, y, n_repeats=2000, random_state=1)
    return {"rows": x.tolist(), "truth": y.tolist(), "mean": found.importances_mean.tolist(),
            "deviation": found.importances_std.tolist()}


print(json.dumps({
    "predictions": [measured(*case) for case in predictions()],
    "majorities": list(majorities()),
    "paired": [{"first": b, "second": c, "chance": binomtest(b, b + c, 0.5).pvalue if b + c else 1.0}
               for b, c in ((0, 0), (1, 0), (5, 5), (12, 3), (3, 12), (40, 70), (3000, 3200), (0, 3000))],
    "importance": importance(),
}))

"""scikit-learn's side of examples/bench_mlp.rs: bench_mlp.py FOLDER-OF-DIGITS prints seconds and accuracy as JSON."""

import json
import pathlib
import statistics
import sys
import time
import warnings

import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
RUNS = 5

pixels, labels = [], []
for digit in range(10):
    data = json.loads((pathlib.Path(sys.argv[1]) / f"{digit}.json").read_text())["data"]
    pixels.append(np.array(data, dtype=np.float32).reshape(-1, 784))
    labels += [digit] * len(pixels[-1])
x, y = np.concatenate(pixels), np.array(labels)
x = StandardScaler().fit_transform(x).astype(np.float32)
times = []
for _ in range(RUNS):
    model = MLPClassifier((128,), max_iter=5, batch_size=200, learning_rate_init=0.001, alpha=1e-4, random_state=1,
                          tol=0, n_iter_no_change=100)
    start = time.perf_counter()
    model.fit(x, y)
    times.append(time.perf_counter() - start)
    assert model.n_iter_ == 5
print(json.dumps({
    "seconds": statistics.median(times),
    "accuracy": float(model.score(x, y)),
    "peer": f"scikit-learn {sklearn.__version__}",
}))

"""Ridge regression of tno.mpc.mpyc.secure-learning, three processes of MPyC: `ridge_tno.py ROWS FEATURES ITERATIONS -M3`.

Its one solver is gradient descent on shares: it gives what it has reached after so many iterations, not the exact solution. Its
API takes lists of shared numbers, so that there is one object a cell. Prints JSON, with the largest error against the exact
solution of the same problem.
"""

import json
import sys
import time
from importlib.metadata import version

import numpy as np
from mpyc.runtime import mpc
from tno.mpc.mpyc.secure_learning import Ridge

ROWS, FEATURES, ITERATIONS = (int(number) for number in sys.argv[1:4])
ALPHA = 1 / ROWS
# A step that is too long diverges; its own default asks for the largest row by comparisons.
STEP = 0.25


def table():
    chance = np.random.default_rng(1)
    columns = chance.normal(size=(ROWS, FEATURES))
    label = columns @ (np.arange(FEATURES) - 7.0) + chance.normal(size=ROWS)
    return columns, label / np.abs(label).max()


async def main():
    number = mpc.SecFxp(64, 24)
    columns, label = table()
    half = FEATURES // 2
    await mpc.start()
    begin = time.perf_counter()

    def shared(cells, sender):
        return mpc.input([number(float(cell), integral=False) for cell in cells], senders=sender)

    parts = shared(columns[:, :half].flatten(), 0), shared(columns[:, half:].flatten(), 1)
    rest = FEATURES - half
    rows = [parts[0][at * half : (at + 1) * half] + parts[1][at * rest : (at + 1) * rest] for at in range(ROWS)]
    y = shared(label, 1)
    model = Ridge(alpha=ALPHA)
    found = await model.compute_coef_mpc(rows, y, tolerance=0.0, nr_maxiters=ITERATIONS, eta0=STEP)
    seconds = time.perf_counter() - begin
    await mpc.shutdown()
    whole = np.concatenate([np.ones((ROWS, 1)), columns], axis=1)
    penalty = ALPHA * np.eye(FEATURES + 1)
    penalty[0, 0] = 0
    exact = np.linalg.solve(whole.T @ whole / ROWS + penalty, whole.T @ label / ROWS)
    error = float(np.abs(np.array(found) - exact).max())
    if mpc.pid == 0:
        name = f"tno.mpc.mpyc.secure-learning {version('tno.mpc.mpyc.secure-learning')}, ridge by gradient descent"
        print(json.dumps({"seconds": seconds, "iterations": ITERATIONS, "error": error, "version": name}))


mpc.run(main())

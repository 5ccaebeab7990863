"""Ridge regression by three processes of MPyC, each of which holds shares of everything: `ridge.py ROWS FEATURES -M3`.

Two have the columns of one half each, the second one the label too. Inputs are shared, the equations are made in a small
field, moved to one in which the solution fits, and solved exactly by a random matrix whose product with them is opened.
That is much faster than the gradient descent of tno.mpc.mpyc.secure-learning on the same library (ridge_tno.py). Prints JSON.
"""

import json
import sys
import time

import mpyc
import numpy as np
from mpyc.runtime import mpc

ROWS, FEATURES = int(sys.argv[1]), int(sys.argv[2])
# Behind the point of inputs.
BITS = 10


def table():
    chance = np.random.default_rng(1)
    columns = chance.normal(size=(ROWS, FEATURES))
    label = columns @ (np.arange(FEATURES) - 7.0) + chance.normal(size=ROWS)
    label /= np.abs(label).max()
    whole = np.concatenate([columns, label[:, None]], axis=1)
    return np.rint(whole * 2**BITS).astype(np.int64)


async def main():
    whole = table()
    half = FEATURES // 2
    entry = (ROWS * 36 * 4**BITS).bit_length() + 2
    small = mpc.SecInt(entry)
    large = mpc.SecFld(min_order=2 ** (entry * (FEATURES + 1) + 66))
    field = large.field
    zero = lambda columns: small.array(np.zeros((ROWS, columns), dtype=object))
    own = lambda part: small.array(part.astype(object))
    await mpc.start()
    begin = time.perf_counter()
    first = own(whole[:, :half]) if mpc.pid == 0 else zero(half)
    second = own(whole[:, half:]) if mpc.pid == 1 else zero(FEATURES - half + 1)
    shared = mpc.np_concatenate((mpc.input(first, senders=0), mpc.input(second, senders=1)), axis=1)
    gram = mpc.np_tolist(mpc.np_flatten(mpc.np_matmul(shared.T, shared)))
    gram = mpc.np_fromlist(mpc.convert(gram, large)).reshape(FEATURES + 1, FEATURES + 1)
    left = gram[:FEATURES, :FEATURES] + field.array(np.eye(FEATURES, dtype=object))
    right = gram[:FEATURES, FEATURES:]
    mask = large.array(mpc._np_randoms(field, FEATURES**2).reshape(FEATURES, FEATURES))
    opened = await mpc.output(mpc.np_matmul(left, mask))
    solved = mpc.np_matmul(mask, mpc.np_matmul(large.array(np.linalg.inv(opened)), right))
    solution = await mpc.output(solved)
    seconds = time.perf_counter() - begin
    clear = (whole.T.astype(object) @ whole.astype(object))
    equations = field.array(clear[:FEATURES, :FEATURES] + np.eye(FEATURES, dtype=object))
    wanted = field.array(clear[:FEATURES, FEATURES:])
    assert (equations @ solution == wanted).all(), "the peer solves something else"
    await mpc.shutdown()
    if mpc.pid == 0:
        print(json.dumps({"seconds": seconds, "version": f"mpyc {mpyc.__version__}, exact ridge, 3 processes"}))


mpc.run(main())

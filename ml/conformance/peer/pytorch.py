"""What onnxruntime says to seeded random inputs of the committed PyTorch models, as files.

python pytorch.py FOLDER
"""

import pathlib
import sys

import numpy
import onnxruntime

from cases import Cases

MODELS = pathlib.Path(__file__).parent.parent / "models" / "torch"
BATCHES = (1, 7)
TYPES = {"tensor(float)": numpy.float32, "tensor(double)": numpy.float64}
# Absolute and relative ones are added, so together at most 1e-4 of either.
TOLERANCE = 5e-5


def made(port, batch, random):
    """Unknown lengths are the batch; numbers are around zero, with variance one."""
    shape = [length if isinstance(length, int) else batch for length in port.shape]
    if port.type == "tensor(int64)":
        return random.integers(0, 8, shape)
    return random.standard_normal(shape).astype(TYPES[port.type])


def main(folder):
    cases = Cases(folder)
    for path in sorted(MODELS.glob("*.onnx")):
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        sets = []
        for batch in BATCHES:
            random = numpy.random.default_rng(batch)
            inputs = [(port.name, made(port, batch, random)) for port in session.get_inputs()]
            outputs = session.run(None, dict(inputs))
            sets.append((inputs, list(zip([port.name for port in session.get_outputs()], outputs))))
        cases.add(path.stem, path.read_bytes(), sets, TOLERANCE, TOLERANCE)
    cases.index()


if __name__ == "__main__":
    main(sys.argv[1])

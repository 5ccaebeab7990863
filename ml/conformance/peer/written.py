"""Whether onnxruntime says the same of models that were read and written again as of the first ones.

python written.py FOLDER: FOLDER holds cases, each with model.onnx and written.onnx.
"""

import json
import pathlib
import sys

import numpy
import onnx
import onnxruntime
from onnx import numpy_helper

from exported import told


def answers(path, inputs):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return [told(output) for output in session.run(None, inputs)]


def tensor(path):
    return numpy_helper.to_array(onnx.load_tensor(path))


def main(folder):
    folder = pathlib.Path(folder)
    compared = 0
    for case in json.loads((folder / "index.json").read_text()):
        place = folder / case["name"]
        written = place / "written.onnx"
        if not written.exists():
            continue
        onnx.checker.check_model(onnx.load(written))
        for data in case["sets"]:
            inputs = {file["name"]: tensor(place / file["file"]) for file in data["inputs"]}
            for a, b in zip(answers(place / "model.onnx", inputs), answers(written, inputs), strict=True):
                same = a.dtype == b.dtype and numpy.array_equal(a, b, equal_nan=a.dtype.kind == "f")
                assert same, f"{case['name']}: another answer after writing"
        compared += 1
    print(f"{compared} written models are the same to onnxruntime")


if __name__ == "__main__":
    main(sys.argv[1])

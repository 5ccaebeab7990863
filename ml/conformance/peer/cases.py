"""Cases as files: a model, and data sets of named tensors, told by index.json."""

import json
import pathlib

import numpy
from onnx import numpy_helper


class Cases:
    """Writes cases into a folder; `index` is written last, so that a folder with one is whole."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.cases = []

    def add(self, name, model, data_sets, rtol, atol, others=None, counts=False):
        """`model` is a ModelProto or its bytes; `data_sets` are (inputs, outputs), both lists of (name, array).

        `others` are outputs of each data set that would be right too, where there is a dispute. `counts` says that the case
        is among those of which a share has to pass.
        """
        place = self.folder / name
        place.mkdir(exist_ok=True)
        whole = model if isinstance(model, bytes) else model.SerializeToString()
        (place / "model.onnx").write_bytes(whole)
        sets = []
        for number, (inputs, outputs) in enumerate(data_sets):
            sets.append(
                {
                    "inputs": [self._tensor(place, number, "input", i, *t) for i, t in enumerate(inputs)],
                    "outputs": [self._tensor(place, number, "output", i, *t) for i, t in enumerate(outputs)],
                }
            )
            if others:
                disputed = [self._tensor(place, number, "disputed", i, *t) for i, t in enumerate(others[number])]
                sets[-1]["disputed"] = disputed
        self.cases.append({"name": name, "rtol": rtol, "atol": atol, "sets": sets, "counts": counts})

    def _tensor(self, place, number, side, position, name, array):
        file = f"{number}_{side}_{position}.pb"
        array = numpy.asarray(array)
        if array.dtype.kind in "US":
            array = array.astype(object)
        (place / file).write_bytes(numpy_helper.from_array(array, name).SerializeToString())
        return {"name": name, "file": file}

    def index(self):
        (self.folder / "index.json").write_text(json.dumps(self.cases, indent=1))
        print(f"{len(self.cases)} cases in {self.folder}")

//! Other kinds of model files, told by their bytes, and how each becomes an ONNX file.

/// What a file is, and what makes an ONNX file of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// With an article, for a sentence.
    pub what: &'static str,
    /// A sentence, or the beginning of one that `line` ends.
    pub advice: &'static str,
    /// What is to be run, exactly; empty where nothing helps.
    pub line: &'static str,
}

impl Format {
    /// What to do, in words.
    pub fn next_step(&self) -> String {
        if self.line.is_empty() { self.advice.into() } else { format!("{} `{}`.", self.advice, self.line) }
    }
}

/// Bytes at the beginning and at the end that are looked at.
const LOOKED_AT: usize = 64 << 10;

const KERAS: [&str; 2] = [
    "Convert it with:",
    "python -c \"import keras; \
    keras.models.load_model('model.keras').export('model.onnx', format='onnx')\"",
];
const TORCH: [&str; 2] = [
    "Build the model as in training, load the file into it, and export it with:",
    "torch.onnx.export(model.eval(), example_input, 'model.onnx', input_names=['input'], \
    dynamic_axes={'input': {0: 'N'}})",
];
const SKLEARN: [&str; 2] = [
    "Convert it with:",
    "python -c \"import joblib, numpy; from skl2onnx import \
    to_onnx; m = joblib.load('model.pkl'); open('model.onnx', 'wb').write(to_onnx(m, numpy.zeros((1, \
    m.n_features_in_), numpy.float32), options={'zipmap': False}).SerializeToString())\"",
];

/// Formats that begin with bytes of their own: from which byte on, and which.
const BEGINNINGS: [(usize, &[u8], Format); 15] = [
    (
        0,
        b"\x89HDF\r\n\x1a\n",
        Format {
            what: "a Keras model in HDF5 (.h5)",
            advice: "Convert it with:",
            line: "python -c \"import keras; \
                keras.models.load_model('model.h5').export('model.onnx', format='onnx')\"",
        },
    ),
    (
        4,
        b"TFL3",
        Format {
            what: "a TensorFlow Lite model (.tflite)",
            advice: "Convert it with:",
            line: "python -m tf2onnx.convert --tflite model.tflite --output model.onnx",
        },
    ),
    (
        4,
        b"ORTM",
        Format {
            what: "a model in onnxruntime's own format (.ort)",
            advice: "Choose the .onnx file that it was made from.",
            line: "",
        },
    ),
    (
        0,
        b"CBM1",
        Format {
            what: "a CatBoost model (.cbm)",
            advice: "Convert it with:",
            line: "python -c \"from catboost import CatBoost; \
                CatBoost().load_model('model.cbm').save_model('model.onnx', format='onnx')\"",
        },
    ),
    (
        0,
        b"tree\nversion=",
        Format {
            what: "a LightGBM model as text",
            advice: "Convert it with:",
            line: "python -c \"import lightgbm, onnxmltools; from \
                onnxmltools.convert.common.data_types import FloatTensorType; b = \
\
                                lightgbm.Booster(model_file='model.txt'); \
                onnxmltools.utils.save_model(onnxmltools.convert_lightgbm(b, initial_types=[('input', \
                FloatTensorType([None, b.num_feature()]))], zipmap=False), 'model.onnx')\"",
        },
    ),
    (
        0,
        b"GGUF",
        Format {
            what: "a language model in GGUF",
            advice: "Such models are too large for a page; choose an ONNX file.",
            line: "",
        },
    ),
    (
        0,
        b"\x93NUMPY",
        Format {
            what: "a NumPy array (.npy)",
            advice: "It holds numbers and no model; export the model that they belong to.",
            line: "",
        },
    ),
    (
        0,
        b"version https://git-lfs",
        Format {
            what: "a Git LFS pointer, not the file itself",
            advice: "Fetch the file with:",
            line: "git \
            lfs pull",
        },
    ),
    (
        0,
        b"\x1f\x8b",
        Format {
            what: "a file compressed with gzip",
            advice: "Unpack it with:",
            line: "gunzip \
        model.onnx.gz",
        },
    ),
    (
        0,
        b"BZh",
        Format { what: "a file compressed with bzip2", advice: "Unpack it with:", line: "bunzip2 model.onnx.bz2" },
    ),
    (
        0,
        b"\xfd7zXZ\0",
        Format { what: "a file compressed with xz", advice: "Unpack it with:", line: "unxz model.onnx.xz" },
    ),
    (
        0,
        b"7z\xbc\xaf\x27\x1c",
        Format {
            what: "a 7z archive",
            advice: "Unpack it and choose the .onnx file \
        in it.",
            line: "",
        },
    ),
    (0, b"<!DOCTYPE html", HTML),
    (0, b"<html", HTML),
    // The magic number of PyTorch's files before 1.6, as a pickle writes it.
    (
        0,
        b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19",
        Format { what: "a PyTorch model (.pt) of before 1.6", advice: TORCH[0], line: TORCH[1] },
    ),
];

const HTML: Format = Format {
    what: "a web page, not a model",
    advice: "The address gives a page instead of the file; download the file itself.",
    line: "",
};

/// What a file is that is no ONNX file; `None` where nobody knows, and for ONNX files.
pub fn recognise(bytes: &[u8]) -> Option<Format> {
    let at = |from: usize, wanted: &[u8]| bytes.get(from..).is_some_and(|rest| rest.starts_with(wanted));
    if let Some((.., format)) = BEGINNINGS.iter().find(|(from, wanted, _)| at(*from, wanted)) {
        return Some(*format);
    }
    match bytes {
        [b'P', b'K', 3, 4, ..] => Some(zip(bytes)),
        [0x80, 2..=5, ..] => Some(pickle(bytes)),
        // What joblib compresses begins as zlib's streams do, which no ONNX file does.
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => {
            Some(Format { what: "a compressed scikit-learn model (.joblib)", advice: SKLEARN[0], line: SKLEARN[1] })
        }
        [b'{', ..] if has(bytes, b"learner") => Some(Format {
            what: "an XGBoost model (.json or .ubj)",
            advice: "Convert it with:",
            line: "python -c \"import xgboost, onnxmltools; from \
                onnxmltools.convert.common.data_types import FloatTensorType; m = xgboost.XGBClassifier(); \
                m.load_model('model.json'); onnxmltools.utils.save_model(onnxmltools.convert_xgboost(m, \
                initial_types=[('input', FloatTensorType([None, m.n_features_in_]))]), 'model.onnx')\"",
        }),
        [b'<', ..] | [0xef, 0xbb, 0xbf, b'<', ..] if has(bytes, b"<PMML") => Some(Format {
            what: "a model in PMML",
            advice: "PMML cannot be turned into ONNX; export the pipeline that it was made from, with \
                scikit-learn:",
            line: "skl2onnx.to_onnx(pipeline, X[:1], options={'zipmap': False})",
        }),
        _ => safetensors(bytes).then_some(Format {
            what: "a file of weights (.safetensors), without the network that they belong to",
            advice: TORCH[0],
            line: TORCH[1],
        }),
    }
}

/// Whether a text is among the first or last bytes.
fn has(bytes: &[u8], wanted: &[u8]) -> bool {
    let ends = [&bytes[..bytes.len().min(LOOKED_AT)], &bytes[bytes.len().saturating_sub(LOOKED_AT)..]];
    ends.iter().any(|part| part.windows(wanted.len()).any(|window| window == wanted))
}

/// Names in an archive lie before each file and in the list at the end.
fn zip(bytes: &[u8]) -> Format {
    if has(bytes, b"model.weights.h5") {
        return Format { what: "a Keras model (.keras)", advice: KERAS[0], line: KERAS[1] };
    }
    if has(bytes, b"/data.pkl") || has(bytes, b"/constants.pkl") {
        return Format { what: "a PyTorch model (.pt)", advice: TORCH[0], line: TORCH[1] };
    }
    if has(bytes, b"saved_model.pb") {
        return Format {
            what: "a TensorFlow SavedModel in an archive",
            advice: "Unpack it and convert it with:",
            line: "python -m tf2onnx.convert --saved-model FOLDER \
                --output model.onnx",
        };
    }
    if has(bytes, b".npy") {
        return Format {
            what: "an archive of NumPy arrays (.npz)",
            advice: "It holds numbers and no model; export the model that they belong to.",
            line: "",
        };
    }
    Format { what: "a zip archive", advice: "Unpack it and choose the .onnx file in it.", line: "" }
}

fn pickle(bytes: &[u8]) -> Format {
    match () {
        () if has(bytes, b"joblib.numpy_pickle") => {
            Format { what: "a scikit-learn model (.joblib)", advice: SKLEARN[0], line: SKLEARN[1] }
        }
        () if has(bytes, b"sklearn") => {
            Format { what: "a pickled scikit-learn model (.pkl)", advice: SKLEARN[0], line: SKLEARN[1] }
        }
        () if has(bytes, b"torch") => {
            Format { what: "a pickled PyTorch model (.pkl)", advice: TORCH[0], line: TORCH[1] }
        }
        () => Format {
            what: "a Python pickle (.pkl)",
            advice: "A pickle runs only where it was made. Load it there and export the model; with \
                scikit-learn:",
            line: "skl2onnx.to_onnx(model, X[:1], options={'zipmap': False})",
        },
    }
}

/// A length, and a JSON object of that length.
fn safetensors(bytes: &[u8]) -> bool {
    let Some((length, rest)) = bytes.split_first_chunk::<8>() else { return false };
    let length = u64::from_le_bytes(*length);
    length > 1 && length <= rest.len() as u64 && (rest.starts_with(b"{\"") || rest.starts_with(b"{ "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn what(bytes: &[u8]) -> Option<&'static str> {
        recognise(bytes).map(|format| format.what)
    }

    #[test]
    fn files_of_other_tools_are_told_by_their_bytes() {
        let cases: [(&[u8], &str); 14] = [
            (b"\x89HDF\r\n\x1a\n....", ".h5"),
            (b"\x1c\0\0\0TFL3....", ".tflite"),
            (b"PK\x03\x04........config.json..model.weights.h5", ".keras"),
            (b"PK\x03\x04........archive/data.pkl", ".pt"),
            (b"PK\x03\x04........weights.npy", ".npz"),
            (b"PK\x03\x04........notes.txt", "zip"),
            (b"\x80\x04\x95....sklearn.linear_model", ".pkl"),
            (b"\x80\x04\x95....joblib.numpy_pickle..sklearn", ".joblib"),
            (b"\x78\x9c......", ".joblib"),
            (b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.", "PyTorch"),
            (b"\x0a\0\0\0\0\0\0\0{\"a\":{}}  ", ".safetensors"),
            (b"<?xml version=\"1.0\"?>\n<PMML version=\"4.4\">", "PMML"),
            (b"{\"learner\":{}}", "XGBoost"),
            (b"CBM1....", "CatBoost"),
        ];
        for (bytes, part) in cases {
            assert!(what(bytes).is_some_and(|what| what.contains(part)), "{part}: {:?}", what(bytes));
        }
    }

    #[test]
    fn what_may_be_onnx_is_nothing_else() {
        // A version and a producer, as files begin.
        assert_eq!(what(b"\x08\x08\x12\x07pytorch"), None);
        assert_eq!(what(b""), None);
        assert_eq!(what(b"f1,f2\n1,2\n"), None);
        // A length that is longer than the file.
        assert_eq!(what(b"\xff\0\0\0\0\0\0\0{\"a\":{}}"), None);
    }
}

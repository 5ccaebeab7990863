//! `ai.onnx.ml` against onnxruntime: `peer/classical.json.gz`, which `peer/make.py` writes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ml_cpu::CpuModel;
use ml_onnx::{Data, Limits, Model, Tensor};
use serde_json::Value;

fn tensor(value: &Value) -> Tensor {
    let shape = value["shape"].as_array().unwrap().iter().map(|d| d.as_u64().unwrap() as usize).collect();
    let values = value["values"].as_array().unwrap();
    // What JSON has no number for is text: nan, inf, -inf.
    let float = |v: &Value| v.as_f64().unwrap_or_else(|| v.as_str().unwrap().parse().unwrap());
    let data = match value["type"].as_str().unwrap() {
        "float32" => Data::F32(values.iter().map(|v| float(v) as f32).collect()),
        "float64" => Data::F64(values.iter().map(float).collect()),
        "int64" => Data::I64(values.iter().map(|v| v.as_i64().unwrap()).collect()),
        "int32" => Data::I32(values.iter().map(|v| v.as_i64().unwrap() as i32).collect()),
        "text" => Data::String(values.iter().map(|v| v.as_str().unwrap().to_owned()).collect()),
        other => panic!("{other}"),
    };
    Tensor::new(shape, data).unwrap()
}

/// The first difference beyond the tolerance.
fn difference(ours: &Tensor, theirs: &Tensor) -> Option<String> {
    if ours.shape() != theirs.shape() {
        return Some(format!("shape {:?}, not {:?}", ours.shape(), theirs.shape()));
    }
    let far = |a: f64, b: f64| !(a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-4 * b.abs().max(1.0));
    let floats = |a: &[f32], b: &[f32]| {
        let pairs = a.iter().zip(b).position(|(&a, &b)| far(f64::from(a), f64::from(b)));
        pairs.map(|i| format!("{} at {i}, not {}", a[i], b[i]))
    };
    match (ours.data(), theirs.data()) {
        (Data::F32(a), Data::F32(b)) => floats(a, b),
        (a, b) => (a != b).then(|| format!("{a:?}, not {b:?}")),
    }
}

#[test]
fn every_operator_answers_as_onnxruntime_does() {
    let packed = flate2::read::GzDecoder::new(include_bytes!("peer/classical.json.gz").as_slice());
    let file: Value = serde_json::from_reader(packed).unwrap();
    let cases = file["cases"].as_array().unwrap();
    let mut wrong = Vec::new();
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let bytes = hex::decode(case["model"].as_str().unwrap()).unwrap();
        let model = Model::read(&bytes, &Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let inputs = case["inputs"].as_object().unwrap().iter().map(|(k, v)| (k.clone(), tensor(v))).collect();
        let outputs = match CpuModel::new(&model).and_then(|model| model.run(inputs)) {
            Ok(outputs) => outputs,
            Err(error) => {
                wrong.push(format!("{name}: {error}"));
                continue;
            }
        };
        for ((output, ours), theirs) in outputs.iter().zip(case["outputs"].as_array().unwrap()) {
            assert_eq!(output, theirs[0].as_str().unwrap(), "{name}");
            if let Some(difference) = difference(ours, &tensor(&theirs[1])) {
                wrong.push(format!("{name}: {output} is {difference}"));
            }
        }
    }
    assert!(cases.len() > 100, "the file holds {} cases", cases.len());
    assert!(wrong.is_empty(), "{} of {} cases differ:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

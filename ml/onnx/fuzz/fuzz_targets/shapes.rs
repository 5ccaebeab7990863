//! Whatever model was read, asking for its shapes ends, in shapes or in an error.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use ml_onnx::shapes::{Known, infer};
use ml_onnx::{Dim, Limits, Model};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { memory: 64 << 20, elements: 1 << 22, ..Limits::default() };
    let Ok(model) = Model::read(bytes, &limits) else { return };
    let inputs: BTreeMap<_, _> = model
        .inputs
        .iter()
        .map(|port| {
            let dims = port.dims.iter().flatten();
            let shape = dims.map(|dim| match dim {
                Dim::Known(length) => *length,
                Dim::Named(_) => 3,
            });
            (port.name.clone(), Known { element: port.element, shape: shape.collect(), value: None })
        })
        .collect();
    let _ = infer(&model, &inputs);
});

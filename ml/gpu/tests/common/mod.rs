//! Models of one node, and comparing.
#![allow(dead_code, unused_imports, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
#[cfg(not(target_arch = "wasm32"))]
use std::sync::OnceLock;

use ml_gpu::{Gpu, GpuError, GpuModel};
use ml_onnx::{Attribute, Data, Dim, Domain, ElementType, Model, Node, Port, Tensor};

/// One device for all tests of a file.
#[cfg(not(target_arch = "wasm32"))]
pub fn gpu() -> &'static Gpu {
    static GPU: OnceLock<Gpu> = OnceLock::new();
    GPU.get_or_init(|| pollster::block_on(Gpu::open()).unwrap())
}

pub fn floats(shape: &[usize], values: Vec<f32>) -> Tensor {
    Tensor::new(shape.to_vec(), Data::F32(values)).unwrap()
}

pub fn integers(shape: &[usize], values: Vec<i64>) -> Tensor {
    Tensor::new(shape.to_vec(), Data::I64(values)).unwrap()
}

pub fn node(operator: &str, inputs: &[&str], outputs: &[&str], attributes: &[(&str, Attribute)]) -> Node {
    let names = |list: &[&str]| list.iter().map(|n| (*n).to_owned()).collect();
    Node {
        name: format!("{operator} of {}", outputs[0]),
        domain: Domain::Onnx,
        operator: operator.to_owned(),
        inputs: names(inputs),
        outputs: names(outputs),
        attributes: attributes.iter().map(|(n, a)| ((*n).to_owned(), a.clone())).collect(),
    }
}

/// A model over these nodes; `inputs` are given at each run, `constants` are part of it.
pub fn model(
    nodes: Vec<Node>,
    inputs: &[(&str, &Tensor)],
    constants: &[(&str, Tensor)],
    outputs: &[(&str, ElementType)],
) -> Model {
    let port = |name: &str, element, rank: usize| Port {
        name: name.to_owned(),
        element,
        dims: Some(vec![Dim::Named(String::new()); rank]),
    };
    Model {
        ir_version: 8,
        opset: 17,
        ml_opset: 3,
        inputs: inputs.iter().map(|(n, t)| port(n, t.element_type(), t.shape().len())).collect(),
        outputs: outputs.iter().map(|(n, e)| Port { name: (*n).to_owned(), element: *e, dims: None }).collect(),
        nodes,
        constants: constants.iter().map(|(n, t)| ((*n).to_owned(), t.clone())).collect(),
        ..Model::default()
    }
}

pub fn named(inputs: &[(&str, &Tensor)]) -> Vec<(String, Tensor)> {
    inputs.iter().map(|(n, t)| ((*n).to_owned(), (*t).clone())).collect()
}

/// Runs a model once and gives its outputs by name.
#[cfg(not(target_arch = "wasm32"))]
pub fn run(model: &Model, inputs: &[(&str, &Tensor)]) -> Result<BTreeMap<String, Tensor>, GpuError> {
    let ready = GpuModel::new(gpu(), model)?;
    let outputs = pollster::block_on(ready.run(&named(inputs)))?;
    Ok(outputs.into_iter().collect())
}

/// Equal within `tolerance` times one plus the size of the numbers.
pub fn close(found: &Tensor, shape: &[usize], wanted: &[f32], tolerance: f32) {
    assert_eq!(found.shape(), shape);
    let found = found.as_f32().expect("floats");
    for (i, (f, w)) in found.iter().zip(wanted).enumerate() {
        assert!((f - w).abs() <= tolerance * (1.0 + w.abs()), "element {i}: {f} instead of {w}");
    }
}

/// Numbers between -1 and 1 that look random, from a seed.
pub fn noise(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1_u32 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

//! Random and damaged files: never a panic, and never more than the limits allow.

use std::path::{Path, PathBuf};

use crate::files::good;
use ml_onnx::proto::*;
use ml_onnx::{Limits, Model, Tensor};
use proptest::prelude::*;
use prost::Message;

/// Small, so that a file that gets past them is noticed.
const LIMITS: Limits =
    Limits { bytes: 1 << 20, nodes: 60, initialisers: 60, rank: 6, elements: 1 << 16, memory: 1 << 20, name: 200 };

/// Reads, and holds what was read against the limits; a refusal must be a sentence.
fn read(bytes: &[u8]) {
    let model = match Model::read(bytes, &LIMITS) {
        Ok(model) => model,
        Err(error) => {
            assert!(error.to_string().ends_with('.'), "{error}");
            return;
        }
    };
    // A constant that is an output costs a node.
    assert!(model.nodes.len() <= LIMITS.nodes + model.outputs.len());
    let elements = |tensor: &Tensor| tensor.len() as u64;
    assert!(model.constants.values().map(elements).sum::<u64>() <= LIMITS.elements + LIMITS.memory);
    assert!(model.constants.values().all(|tensor| tensor.shape().len() <= LIMITS.rank));
    let written = model.to_bytes();
    let again = Model::read(&written, &Limits::default()).expect("what was written is read");
    assert!(again.to_bytes() == written, "what was written is another model");
}

/// What PyTorch exported, and the small one of the other tests.
fn models() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/models/torch");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let torch = paths.iter().map(|path| std::fs::read(path).unwrap());
    let models: Vec<_> = torch.chain([good().encode_to_vec()]).collect();
    assert!(models.len() > 4, "the models are gone");
    models
}

#[test]
fn every_bit_of_a_small_file_turned() {
    let bytes = good().encode_to_vec();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << bit;
            read(&damaged);
        }
    }
}

/// Messages as they may be, with numbers and names from a small set, so that they sometimes fit each other.
fn any_node() -> impl Strategy<Value = NodeProto> {
    let name = || prop_oneof![Just(String::new()), "[a-d]", "\\PC{0,3}"];
    let operator = prop_oneof![
        Just("Add"),
        Just("Relu"),
        Just("Concat"),
        Just("Split"),
        Just("Constant"),
        Just("Cast"),
        Just("Dropout"),
        Just("ZipMap"),
        Just("Scaler"),
        Just("If"),
        Just("Nonsense")
    ];
    let attribute = (name(), any::<Option<f32>>(), any::<Option<i64>>(), any_tensor(), 0..24_i32);
    let attribute = attribute.prop_map(|(name, f, i, t, r#type)| AttributeProto {
        name,
        f,
        i,
        t: Some(t),
        r#type,
        ..AttributeProto::default()
    });
    let names = || prop::collection::vec(name(), 0..4);
    let attributes = prop::collection::vec(attribute, 0..3);
    let domain = prop_oneof![4 => Just(""), 1 => Just("ai.onnx.ml"), 1 => Just("other")];
    (names(), names(), name(), operator, domain, attributes).prop_map(
        |(input, output, name, operator, domain, attribute)| NodeProto {
            input,
            output,
            name,
            op_type: operator.into(),
            attribute,
            domain: domain.into(),
            ..NodeProto::default()
        },
    )
}

fn any_tensor() -> impl Strategy<Value = TensorProto> {
    let dims = prop::collection::vec(prop_oneof![0..4_i64, any::<i64>()], 0..4);
    let floats = prop::collection::vec(any::<f32>(), 0..9);
    let ints = prop::collection::vec(any::<i64>(), 0..9);
    let raw = prop::option::of(prop::collection::vec(any::<u8>(), 0..33));
    ("[a-d]?", dims, -1..30_i32, floats, ints, raw).prop_map(
        |(name, dims, data_type, float_data, int64_data, raw_data)| TensorProto {
            name,
            dims,
            data_type,
            float_data,
            int64_data,
            raw_data: raw_data.map(Into::into),
            ..TensorProto::default()
        },
    )
}

fn any_model() -> impl Strategy<Value = ModelProto> {
    let nodes = || prop::collection::vec(any_node(), 0..8);
    let name = || prop_oneof![Just("Nonsense"), Just("Add")];
    let names = || prop::collection::vec("[a-d]", 0..3);
    let function = (name(), names(), names(), nodes()).prop_map(|(name, input, output, node)| FunctionProto {
        name: name.into(),
        domain: "other".into(),
        input,
        output,
        node,
        ..FunctionProto::default()
    });
    let functions = prop::collection::vec(function, 0..3);
    let tensors = prop::collection::vec(any_tensor(), 0..3);
    let ports = || prop::collection::vec("[a-d]?".prop_map(|name| crate::files::port(&name, &[1, 2])), 0..3);
    (nodes(), tensors, ports(), ports(), 5..30_i64, functions).prop_map(
        |(node, initializer, input, output, opset, functions)| ModelProto {
            functions,
            graph: Some(GraphProto { node, initializer, input, output, ..GraphProto::default() }),
            opset_import: vec![crate::files::set("", opset), crate::files::set("ai.onnx.ml", 3)],
            ..good()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read(&bytes);
        let _ = Tensor::read(&bytes, &LIMITS);
    }

    #[test]
    fn random_messages(model in any_model()) {
        read(&model.encode_to_vec());
    }

    #[test]
    fn random_tensors(tensor in any_tensor()) {
        if let Ok((_, read)) = Tensor::read(&tensor.encode_to_vec(), &LIMITS) {
            prop_assert!(read.len() as u64 <= LIMITS.elements);
        }
    }

    #[test]
    fn files_cut_off(which in 0_usize..5, share in 0.0..1.0_f64) {
        let models = models();
        let bytes = &models[which % models.len()];
        read(&bytes[..(share * bytes.len() as f64) as usize]);
    }

    #[test]
    fn files_with_a_byte_changed(which in 0_usize..5, share in 0.0..1.0_f64, byte in any::<u8>()) {
        let models = models();
        let mut bytes = models[which % models.len()].clone();
        let at = (share * bytes.len() as f64) as usize;
        bytes[at] = byte;
        read(&bytes);
    }

    #[test]
    fn files_with_a_part_in_another_place(which in 0_usize..5, from in 0.0..1.0_f64, to in 0.0..1.0_f64) {
        let models = models();
        let mut bytes = models[which % models.len()].clone();
        let place = |share: f64| (share * bytes.len() as f64) as usize;
        let (from, to) = (place(from), place(to));
        let part: Vec<u8> = bytes[from..].iter().take(50).copied().collect();
        bytes.splice(to..to, part);
        read(&bytes);
    }
}

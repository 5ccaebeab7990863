//! Models in several files, joined into one.

use std::path::Path;

use crate::files::{changed, good, node, tensor};
use ml_onnx::proto::*;
use ml_onnx::read::external::{Beside, ExternalError, Found, Joined, Needed, joined};
use ml_onnx::{Limits, Model};
use proptest::prelude::*;
use prost::Message;

fn entry(key: &str, value: &str) -> StringStringEntryProto {
    StringStringEntryProto { key: key.into(), value: value.into() }
}

/// The tensor, with its elements in another file.
fn apart(tensor: TensorProto, entries: &[(&str, &str)]) -> TensorProto {
    let entries = entries.iter().map(|(key, value)| entry(key, value)).collect();
    TensorProto { data_location: EXTERNAL, external_data: entries, float_data: vec![], raw_data: None, ..tensor }
}

/// Weights [2, 2] of the small model that lie elsewhere.
fn weights(entries: &[(&str, &str)]) -> TensorProto {
    apart(tensor("weights", &[2, 2], &[]), entries)
}

fn with_weights(weights: TensorProto) -> Vec<u8> {
    changed(|graph| graph.initializer[0] = weights)
}

fn beside(name: &str, bytes: u64) -> Beside {
    Beside { name: name.into(), bytes }
}

fn found(model: &[u8], files: &[Beside]) -> Result<Found, ExternalError> {
    joined(model, files, &Limits::default())
}

fn refused(model: &[u8]) -> ExternalError {
    let error = found(model, &[beside("w.bin", 100)]).unwrap_err();
    assert!(error.to_string().ends_with('.'), "{error}");
    error
}

fn whole(model: &[u8], name: &str, data: &[u8]) -> (Vec<u8>, Joined) {
    match found(model, &[beside(name, data.len() as u64)]).unwrap() {
        Found::Joined(joined) => (joined.bytes(model, &[data]).unwrap(), joined),
        other => panic!("{other:?}"),
    }
}

fn bytes(floats: &[f32]) -> Vec<u8> {
    floats.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn read(bytes: &[u8]) -> Model {
    Model::read(bytes, &Limits::default()).unwrap()
}

#[test]
fn a_second_file_is_asked_for_and_joined() {
    let model = with_weights(weights(&[("location", "w.bin"), ("offset", "4"), ("length", "16")]));
    let needed = Needed { name: "w.bin".into(), bytes: 20 };
    assert_eq!(found(&model, &[]), Ok(Found::Missing(vec![needed.clone()])));
    // Of two files none has the name.
    let others = [beside("a", 99), beside("b", 99)];
    assert_eq!(found(&model, &others), Ok(Found::Missing(vec![needed])));
    let data = [&[9; 4][..], &bytes(&[1.0, 2.0, 3.0, 4.0]), &[9; 3]].concat();
    let (file, joined) = whole(&model, "w.bin", &data);
    assert_eq!(joined.renamed, None);
    assert_eq!(read(&file), read(&good().encode_to_vec()));
    // The model's own bytes, its weights, and little else.
    assert!(file.len() < model.len() + 16, "{} {}", file.len(), model.len());
    // One of another name is taken where there is no other, and said.
    let (again, joined) = whole(&model, "w (1).bin", &data);
    assert!(again == file);
    assert_eq!(joined.renamed, Some("w.bin".into()));
    // What was joined needs nothing.
    assert_eq!(found(&file, &[]), Ok(Found::Whole));
}

#[test]
fn what_is_whole_or_no_model_stays_as_it_is() {
    assert_eq!(found(&good().encode_to_vec(), &[]), Ok(Found::Whole));
    assert_eq!(found(b"no model at all", &[]), Ok(Found::Whole));
    let cut = with_weights(weights(&[("location", "w.bin")]));
    assert_eq!(found(&cut[..cut.len() - 3], &[]), Ok(Found::Whole));
    // Elements of its own count where the file does not say that they are elsewhere.
    let here = TensorProto { external_data: vec![entry("location", "w.bin")], ..tensor("weights", &[1], &[1.0]) };
    assert_eq!(found(&with_weights(here), &[]), Ok(Found::Whole));
}

#[test]
fn a_length_may_be_left_out_and_places_may_overlap() {
    let model = changed(|graph| {
        graph.initializer[0] = weights(&[("location", "w.bin")]);
        graph.initializer[1] = apart(tensor("bias", &[2], &[]), &[("location", "./w.bin"), ("offset", "4")]);
    });
    let (file, _) = whole(&model, "w.bin", &bytes(&[1.0, 2.0, 3.0, 4.0]));
    let constants = read(&file).constants;
    assert_eq!(constants["weights"].as_f32(), Some(&[1.0, 2.0, 3.0, 4.0][..]));
    assert_eq!(constants["bias"].as_f32(), Some(&[2.0, 3.0][..]));
}

/// Only the last part names anything: no other file than a chosen one can be read.
#[test]
fn folders_in_a_location_name_nothing() {
    for location in ["../../etc/w.bin", "/etc/w.bin", "C:\\secrets\\w.bin", "weights/w.bin"] {
        let model = with_weights(weights(&[("location", location)]));
        let needed = Needed { name: "w.bin".into(), bytes: 16 };
        assert_eq!(found(&model, &[]), Ok(Found::Missing(vec![needed])), "{location}");
    }
    for location in ["", "..", "weights/", "/", "a/.."] {
        let error = ExternalError::Nameless { tensor: "weights".into() };
        assert_eq!(refused(&with_weights(weights(&[("location", location)]))), error, "{location}");
    }
    assert_eq!(refused(&with_weights(weights(&[]))), ExternalError::Nameless { tensor: "weights".into() });
    let twice = changed(|graph| {
        graph.initializer[0] = weights(&[("location", "a/w.bin")]);
        graph.initializer[1] = apart(tensor("bias", &[2], &[]), &[("location", "b/w.bin")]);
    });
    assert_eq!(refused(&twice), ExternalError::NameTwice { name: "w.bin".into() });
}

#[test]
fn places_that_cannot_be() {
    let at = |offset: &str, length: &str| {
        with_weights(weights(&[("location", "w.bin"), ("offset", offset), ("length", length)]))
    };
    let beyond = |end| ExternalError::Beyond { tensor: "weights".into(), file: "w.bin".into(), end, bytes: 100 };
    assert_eq!(refused(&at("85", "16")), beyond(101));
    assert_eq!(refused(&at(&u64::MAX.to_string(), "16")), beyond(u64::MAX));
    let tensor = || "weights".to_owned();
    for length in ["15", "17", "0", "18446744073709551615"] {
        let error = ExternalError::Length { tensor: tensor(), wanted: 16, found: length.parse().unwrap() };
        assert_eq!(refused(&at("0", length)), error);
    }
    for value in ["-1", "", "1e3", "0x10", "18446744073709551616"] {
        let error = ExternalError::NotANumber { tensor: tensor(), value: value.into() };
        assert_eq!(refused(&at(value, "16")), error, "{value}");
    }
}

#[test]
fn tensors_that_cannot_be() {
    let of = |dims: &[i64], data_type| {
        let weights = weights(&[("location", "w.bin")]);
        with_weights(TensorProto { dims: dims.to_vec(), data_type, ..weights })
    };
    for dims in [&[-1, 2][..], &[1 << 40, 1 << 40], &[i64::MIN]] {
        assert!(matches!(refused(&of(dims, 1)), ExternalError::Shape { .. }), "{dims:?}");
    }
    for element in [0, 8, 99, -1] {
        assert!(matches!(refused(&of(&[2], element)), ExternalError::ElementType { .. }), "{element}");
    }
    // Nothing, and more dimensions than anything has.
    assert!(matches!(found(&of(&[0], 1), &[beside("w.bin", 0)]), Ok(Found::Joined(_))));
    assert_eq!(found(&of(&[1; 65], 1), &[]), Ok(Found::Whole));
    let sparse = changed(|graph| {
        graph.initializer[0] = weights(&[("location", "w.bin")]);
        graph.sparse_initializer = vec![SparseTensorProto::default()];
    });
    assert_eq!(refused(&sparse), ExternalError::Sparse);
}

#[test]
fn limits_hold_before_anything_is_joined() {
    let model = changed(|graph| {
        // The same 64 bytes a thousand times.
        let many = (0..1000).map(|at| apart(tensor(&format!("t{at}"), &[16], &[]), &[("location", "w.bin")]));
        graph.initializer = many.collect();
    });
    let files = [beside("w.bin", 64)];
    let limits = Limits { bytes: 64_000, ..Limits::default() };
    assert!(matches!(joined(&model, &files, &limits), Err(ExternalError::TooLarge { bytes: 64_001.., limit: 64_000 })));
    let limits = Limits { initialisers: 999, ..Limits::default() };
    assert_eq!(joined(&model, &files, &limits), Err(ExternalError::TooMany { limit: 999 }));
}

/// In a branch of a branch, in an attribute, and in a function.
#[test]
fn tensors_inside_are_found() {
    let elsewhere = |name: &str| apart(tensor(name, &[1], &[]), &[("location", "w.bin"), ("offset", "4")]);
    let held =
        |name: &str, value: AttributeProto| NodeProto { attribute: vec![value], ..node(name, "Any", &["x"], &["y"]) };
    let of_graph = |graph| AttributeProto { g: Some(Box::new(graph)), ..AttributeProto::default() };
    let inner = GraphProto { initializer: vec![elsewhere("deep")], ..GraphProto::default() };
    let outer = GraphProto { node: vec![held("inner", of_graph(inner))], ..GraphProto::default() };
    let of_tensor = AttributeProto { t: Some(elsewhere("")), ..AttributeProto::default() };
    let function = FunctionProto { node: vec![held("in function", of_tensor.clone())], ..FunctionProto::default() };
    let mut model = good();
    model.graph.as_mut().unwrap().node.extend([held("outer", of_graph(outer)), held("tensor", of_tensor)]);
    model.functions.push(function);
    let (file, _) = whole(&model.encode_to_vec(), "w.bin", &bytes(&[1.0, 7.0]));
    let model = ModelProto::decode(file.as_slice()).unwrap();
    let attribute = |node: &NodeProto| node.attribute[0].clone();
    let nodes = &model.graph.as_ref().unwrap().node;
    let outer = attribute(&nodes[nodes.len() - 2]).g.unwrap();
    let deep = attribute(&outer.node[0]).g.unwrap().initializer[0].clone();
    let others = [&nodes[nodes.len() - 1], &model.functions[0].node[0]].map(|node| attribute(node).t.unwrap());
    for tensor in [deep].iter().chain(&others) {
        assert_eq!(tensor.raw_data.as_deref(), Some(&7.0_f32.to_le_bytes()[..]));
        assert_eq!((tensor.data_location, tensor.external_data.len()), (0, 0));
    }
}

/// The models of PyTorch, and the small one.
fn models() -> Vec<ModelProto> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/models/torch");
    let names = ["decoder", "mixer", "mnist_cnn", "residual"];
    let torch = names.map(|name| std::fs::read(folder.join(format!("{name}.onnx"))).unwrap());
    let models = torch.into_iter().map(|bytes| ModelProto::decode(bytes.as_slice()).unwrap());
    models.chain([good()]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Any initialisers moved into two other files, with gaps, come back as they were.
    #[test]
    fn what_was_split_is_joined_as_it_was(
        which in 0..5_usize,
        moved in prop::collection::vec((0..3_usize, 0..9_usize, any::<bool>()), 40),
    ) {
        let original = models().swap_remove(which);
        let mut split = original.clone();
        let mut files = [Vec::new(), Vec::new()];
        let tensors = split.graph.iter_mut().flat_map(|graph| &mut graph.initializer);
        for (tensor, (file, gap, length)) in tensors.zip(moved.iter().cycle()) {
            let raw = match (&tensor.raw_data, tensor.float_data.as_slice()) {
                (Some(raw), _) => raw.to_vec(),
                (None, floats) if !floats.is_empty() => bytes(floats),
                _ => continue,
            };
            let Some(data) = files.get_mut(*file) else { continue };
            data.resize(data.len() + gap, 0xee);
            let (offset, size) = (data.len().to_string(), raw.len().to_string());
            data.extend(raw);
            let location = ["w.bin", "more.bin"][*file];
            let entries = [("location", location), ("offset", &offset), ("length", &size)];
            *tensor = apart(tensor.clone(), &entries[..if *length { 3 } else { 2 }]);
        }
        let bytes = split.encode_to_vec();
        // In another order than the model names them.
        let sizes = [beside("more.bin", files[1].len() as u64), beside("w.bin", files[0].len() as u64)];
        let file = match found(&bytes, &sizes).unwrap() {
            Found::Joined(joined) => joined.bytes(&bytes, &[&files[1], &files[0]]).unwrap(),
            Found::Whole => bytes,
            Found::Missing(files) => panic!("{files:?}"),
        };
        prop_assert!(read(&file) == read(&original.encode_to_vec()));
    }

    /// Whatever the bytes, there is an answer or a sentence, and never more than the limit.
    #[test]
    fn damaged_models_are_joined_or_not(at in 0..400_usize, bit in 0..8_u8, cut in 0..40_usize) {
        let mut bytes = with_weights(weights(&[("location", "w.bin"), ("offset", "4"), ("length", "16")]));
        bytes.truncate(bytes.len() - cut);
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        match found(&bytes, &[beside("w.bin", 20)]) {
            Ok(Found::Joined(joined)) => {
                let file = joined.bytes(&bytes, &[&[0; 20]]).unwrap();
                prop_assert!(file.len() < bytes.len() + 40);
            }
            Ok(_) => {}
            Err(error) => prop_assert!(error.to_string().ends_with('.'), "{error}"),
        }
    }
}

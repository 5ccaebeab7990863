//! What is written is what was read.

use std::collections::BTreeMap;

use ml_onnx::proto::ModelProto;
use ml_onnx::{Attribute, Data, Dim, Domain, ElementType, Limits, Model, Node, Port, Tensor};
use prost::Message;

fn tensor(shape: &[usize], data: Data) -> Tensor {
    Tensor::new(shape.to_vec(), data).unwrap()
}

fn node(name: &str, domain: Domain, inputs: &[&str], outputs: &[&str], attributes: &[(&str, Attribute)]) -> Node {
    Node {
        name: format!("the {name}"),
        domain,
        operator: name.into(),
        inputs: inputs.iter().map(|&i| i.into()).collect(),
        outputs: outputs.iter().map(|&o| o.into()).collect(),
        attributes: attributes.iter().map(|(name, value)| ((*name).into(), value.clone())).collect(),
    }
}

/// Every element type, every kind of attribute, a named, a known and an unknown dimension, a ZipMap, a left-out input.
fn everything() -> Model {
    let texts = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    let constants = [
        ("f32", tensor(&[2, 2], Data::F32(vec![1.5, -0.0, f32::MIN_POSITIVE, 3e38]))),
        ("f64", tensor(&[1], Data::F64(vec![0.1]))),
        ("i8", tensor(&[2], Data::I8(vec![-128, 127]))),
        ("u8", tensor(&[2], Data::U8(vec![0, 255]))),
        ("i32", tensor(&[], Data::I32(vec![i32::MIN]))),
        ("i64", tensor(&[2], Data::I64(vec![i64::MIN, i64::MAX]))),
        ("bool", tensor(&[2], Data::Bool(vec![false, true]))),
        ("string", tensor(&[2], Data::String(vec![String::new(), "é".into()]))),
        ("nothing", tensor(&[0, 3], Data::F32(vec![]))),
    ];
    let constants: BTreeMap<_, _> = constants.into_iter().map(|(name, t)| (name.to_owned(), t)).collect();
    let classes = [
        ("classlabels_strings", Attribute::Texts(texts(&["no", "yes"]))),
        ("coefficients", Attribute::Floats(vec![0.25, -1.0])),
        ("intercepts", Attribute::Floats(vec![0.0, 1.0])),
        ("multi_class", Attribute::Int(0)),
        ("post_transform", Attribute::Text(b"SOFTMAX".to_vec())),
    ];
    let zip = [("classlabels_strings", Attribute::Texts(texts(&["no", "yes"])))];
    let fill = [("value", Attribute::Tensor(tensor(&[1], Data::I64(vec![7]))))];
    let nodes = vec![
        node("Clip", Domain::Onnx, &["x", "", "f32"], &["clipped"], &[]),
        node("LinearClassifier", Domain::Ml, &["clipped"], &["label", "scores"], &classes),
        node("ZipMap", Domain::Ml, &["scores"], &["probabilities"], &zip),
        node("LeakyRelu", Domain::Onnx, &["x"], &["leaky"], &[("alpha", Attribute::Float(0.1))]),
        node("Transpose", Domain::Onnx, &["leaky"], &["turned"], &[("perm", Attribute::Ints(vec![1, 0]))]),
        node("ConstantOfShape", Domain::Onnx, &["i64"], &["filled"], &fill),
    ];
    let port = |name: &str, element, dims| Port { name: name.into(), element, dims };
    let named = |name: &str| Dim::Named(name.into());
    Model {
        ir_version: 8,
        opset: 17,
        ml_opset: 3,
        producer: "a test".into(),
        name: "everything".into(),
        inputs: vec![port("x", ElementType::F32, Some(vec![named("rows"), Dim::Known(1)]))],
        outputs: vec![
            port("label", ElementType::String, Some(vec![named("")])),
            port("probabilities", ElementType::F32, Some(vec![named("N"), Dim::Known(2)])),
            port("turned", ElementType::F32, None),
        ],
        nodes,
        constants,
        metadata: BTreeMap::from([("licence".into(), "MIT".into()), ("description".into(), String::new())]),
    }
}

#[test]
fn a_model_read_back_is_the_same() {
    let model = everything();
    let read = Model::read(&model.to_bytes(), &Limits::default()).unwrap();
    assert_eq!(read, model);
    assert_eq!(read.to_bytes(), model.to_bytes());
}

/// What engines are given: no other reader here takes weights from a second file, so its parts are put together by hand.
#[test]
fn weights_in_a_second_file_lie_where_the_graph_says() {
    let constants = [
        ("bytes", Tensor::new(vec![3], Data::U8(vec![1, 2, 3])).unwrap()),
        ("floats", Tensor::new(vec![2], Data::F32(vec![0.5, -1.0])).unwrap()),
        ("lengths", Tensor::new(vec![1], Data::I64(vec![-7])).unwrap()),
        ("nothing", Tensor::new(vec![0], Data::F32(vec![])).unwrap()),
        ("texts", Tensor::new(vec![1], Data::String(vec!["a".into()])).unwrap()),
    ];
    let constants = constants.map(|(name, tensor)| (name.to_owned(), tensor)).into();
    let (graph, weights) = Model { opset: 17, constants, ..Model::default() }.to_graph_and_weights("there");
    let expected =
        [&[1, 2, 3][..], &[0; 13], &0.5_f32.to_le_bytes(), &(-1.0_f32).to_le_bytes(), &[0; 8], &(-7_i64).to_le_bytes()];
    assert_eq!(weights, expected.concat());
    let read = ModelProto::decode(graph.as_slice()).unwrap().graph.unwrap();
    let places = read.initializer.iter().map(|tensor| {
        let value = |key: &str| tensor.external_data.iter().find(|e| e.key == key).map(|e| e.value.clone());
        (tensor.name.as_str(), tensor.data_location, value("location"), value("offset"), value("length"))
    });
    let there = |name, offset: &str, length: &str| {
        (name, 1, Some("there".to_owned()), Some(offset.to_owned()), Some(length.to_owned()))
    };
    let here = |name| (name, 0, None, None, None);
    let expected = [
        there("bytes", "0", "3"),
        there("floats", "16", "8"),
        there("lengths", "32", "8"),
        here("nothing"),
        here("texts"),
    ];
    assert_eq!(places.collect::<Vec<_>>(), expected);
}

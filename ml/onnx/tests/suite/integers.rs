//! Integers that become wider ones on reading.

use crate::files::{attribute, changed, node, port};
use ml_onnx::proto::*;
use ml_onnx::{Data, Domain, ElementType, Limits, Model, ReadError};

fn read(bytes: &[u8]) -> Result<Model, ReadError> {
    Model::read(bytes, &Limits::default())
}

fn of(data_type: i32, tensor: TensorProto) -> TensorProto {
    TensorProto { name: "k".into(), data_type, ..tensor }
}

fn raw(data_type: i32, bytes: &[u8], length: i64) -> TensorProto {
    of(data_type, TensorProto { dims: vec![length], raw_data: Some(bytes.to_vec().into()), ..TensorProto::default() })
}

/// x → Relu → y, and besides what `nodes` make of `k`.
fn with(tensor: TensorProto, nodes: Vec<NodeProto>) -> Vec<u8> {
    changed(|graph| {
        graph.node = [vec![node("", "Relu", &["x"], &["y"])], nodes].concat();
        graph.initializer = vec![tensor];
    })
}

fn cast(from: &str) -> NodeProto {
    let to = AttributeProto { i: Some(1), ..attribute("to", attribute_type::INT) };
    NodeProto { attribute: vec![to], ..node("", "Cast", &[from], &["z"]) }
}

fn held(tensor: TensorProto) -> Option<Data> {
    read(&with(tensor, vec![cast("k")])).ok().map(|model| model.constants["k"].data().clone())
}

#[test]
fn values_are_kept() {
    let bytes = |values: &[u16]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>();
    assert_eq!(held(raw(4, &bytes(&[0, 65_535]), 2)), Some(Data::I32(vec![0, 65_535])));
    assert_eq!(held(raw(5, &bytes(&[0x8000, 7]), 2)), Some(Data::I32(vec![-32_768, 7])));
    assert_eq!(held(raw(12, &u32::MAX.to_le_bytes(), 1)), Some(Data::I64(vec![u32::MAX.into()])));
    assert_eq!(held(raw(13, &i64::MAX.to_le_bytes(), 1)), Some(Data::I64(vec![i64::MAX])));
    let listed = |data_type, int32_data, uint64_data| {
        of(data_type, TensorProto { dims: vec![1], int32_data, uint64_data, ..TensorProto::default() })
    };
    assert_eq!(held(listed(5, vec![-9], vec![])), Some(Data::I32(vec![-9])));
    assert_eq!(held(listed(12, vec![], vec![9])), Some(Data::I64(vec![9])));
    // What is none of the type, does not fit the wider one, or is half a number.
    for tensor in [
        listed(4, vec![-1], vec![]),
        listed(5, vec![40_000], vec![]),
        listed(12, vec![], vec![1 << 32]),
        raw(13, &u64::MAX.to_le_bytes(), 1),
        raw(4, &[1, 2, 3], 1),
    ] {
        let error = read(&with(tensor, vec![cast("k")])).unwrap_err();
        assert!(matches!(error, ReadError::DataLength { .. }), "{error}");
    }
}

#[test]
fn casts_to_integers_without_a_sign_are_to_wider_ones() {
    let to = |code| AttributeProto { i: Some(code), ..attribute("to", attribute_type::INT) };
    let key = |code, next: Vec<NodeProto>| {
        read(&changed(|graph| {
            graph.node.push(NodeProto { attribute: vec![to(code)], ..node("", "Cast", &["h"], &["k"]) });
            graph.node.extend(next);
            let mut port = port("label", &[1, 2]);
            port.r#type.as_mut().unwrap().tensor_type.as_mut().unwrap().elem_type = code as i32;
            graph.output.push(port);
        }))
    };
    let handed = || vec![node("", "Identity", &["k"], &["label"])];
    for (code, element) in [(4, ElementType::I32), (12, ElementType::I64)] {
        // As ML.NET gives a predicted key.
        let model = key(code, handed()).unwrap();
        assert_eq!(model.outputs[1].element, element);
        let cast = model.nodes.iter().find(|node| node.operator == "Cast").unwrap();
        assert_eq!(cast.int("to", 0), i64::from(element.to_onnx()));
        // A sum begins again at 0.
        let added = key(code, vec![node("", "Add", &["k", "k"], &["label"])]);
        assert!(matches!(added, Err(ReadError::ElementType { .. })), "{added:?}");
    }
}

#[test]
fn sixteen_bits_are_quantised_by_onnxruntimes_own_operators_too() {
    let microsoft = |operator: &str, inputs: &[&str], output: &str| NodeProto {
        domain: "com.microsoft".into(),
        ..node("", operator, inputs, &[output])
    };
    let nodes =
        vec![microsoft("QuantizeLinear", &["x", "x", "k"], "q"), microsoft("DequantizeLinear", &["q", "x", "k"], "z")];
    let model = read(&with(raw(4, &[1, 2], 1), nodes)).unwrap();
    let quantised = model.nodes.iter().find(|node| node.operator == "QuantizeLinear").unwrap();
    assert_eq!((quantised.domain, quantised.int("output_dtype", 0)), (Domain::Onnx, 4));
}

#[test]
fn operators_that_would_say_another_thing_are_refused() {
    let tensor = || raw(4, &[1, 2], 1);
    let refused = |nodes| match read(&with(tensor(), nodes)) {
        Err(ReadError::ElementType { place, found }) => (place, found),
        other => panic!("{other:?}"),
    };
    let value = |name: &str| (format!("Value \"{name}\""), "uint16".to_owned());
    // A sum of 16 bits begins again at 0, and so does one of what was moved before, in whatever order the nodes are.
    assert_eq!(refused(vec![node("", "Add", &["k", "k"], &["z"])]), value("k"));
    let moved = || node("", "Identity", &["k"], &["m"]);
    let add = || node("", "Add", &["m", "m"], &["z"]);
    assert_eq!(refused(vec![moved(), add()]), value("m"));
    assert_eq!(refused(vec![add(), moved()]), value("m"));
    // Nor may it be an output, or be used where nobody looks.
    let bytes = changed(|graph| {
        graph.node.push(moved());
        graph.initializer.push(tensor());
        graph.output.push(port("m", &[1]));
    });
    assert!(matches!(read(&bytes), Err(ReadError::ElementType { .. })));
    let inner = GraphProto { node: vec![node("", "Neg", &["k"], &["z"])], ..GraphProto::default() };
    let inner = AttributeProto { g: Some(Box::new(inner)), ..attribute("then_branch", attribute_type::GRAPH) };
    let branches = NodeProto { attribute: vec![inner], ..node("", "If", &["x"], &["z"]) };
    assert_eq!(refused(vec![branches]), value("k"));
    let own = NodeProto { domain: "ai.onnx.ml".into(), ..node("", "Scaler", &["k"], &["z"]) };
    assert_eq!(refused(vec![own]), value("k"));
    // A zero point says how far it goes, one of 32 bits does not.
    let quantise = || node("", "QuantizeLinear", &["x", "x", "k"], &["q"]);
    let model = read(&with(tensor(), vec![quantise(), cast("q")])).unwrap();
    let quantised = model.nodes.iter().find(|node| node.operator == "QuantizeLinear").unwrap();
    assert_eq!(quantised.int("output_dtype", 0), 4);
    assert!(matches!(read(&with(raw(12, &[1; 4], 1), vec![quantise()])), Err(ReadError::ElementType { .. })));
}

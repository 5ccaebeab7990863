//! What files may leave out or say in more than one way.

use crate::files::{attribute, changed, good, node, port, tensor};
use ml_onnx::proto::*;
use ml_onnx::{Data, Dim, Limits, Model, Tensor};
use prost::Message;

fn read(bytes: &[u8]) -> Model {
    Model::read(bytes, &Limits::default()).unwrap()
}

#[test]
fn nodes_come_in_an_order_in_which_they_can_run() {
    let model = read(&changed(|graph| graph.node.reverse()));
    let names: Vec<_> = model.nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["dense", "bend"]);
}

#[test]
fn nodes_without_a_name_and_with_one_that_is_taken_get_their_own() {
    let model = read(&changed(|graph| {
        graph.node = vec![
            node("", "Gemm", &["x", "weights"], &["a"]),
            node("Relu_2", "Relu", &["a"], &["b"]),
            node("", "Relu", &["b"], &["c"]),
            node("Relu_2", "Relu", &["c"], &["y"]),
        ];
    }));
    let names: Vec<_> = model.nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["Gemm_0", "Relu_2", "Relu_2_1", "Relu_3"]);
}

#[test]
fn initialisers_that_are_also_inputs_are_no_inputs() {
    for ir_version in [3, 8] {
        let bytes = changed(|graph| graph.input.push(port("weights", &[2, 2])));
        let mut model = ModelProto::decode(bytes.as_slice()).unwrap();
        model.ir_version = ir_version;
        let model = read(&model.encode_to_vec());
        assert_eq!(model.inputs.len(), 1);
        assert_eq!(model.inputs[0].dims, Some(vec![Dim::Known(1), Dim::Known(2)]));
    }
}

/// Both are used in the wild: typed fields by older exporters.
#[test]
fn elements_are_the_same_in_typed_fields_and_raw() {
    let of = |tensor: TensorProto| {
        let bytes = tensor.encode_to_vec();
        Tensor::read(&bytes, &Limits::default()).unwrap().1.into_parts().1
    };
    let empty = |data_type| TensorProto { data_type, ..tensor("t", &[2], &[]) };
    let raw = |data_type, bytes: &[u8]| of(TensorProto { raw_data: Some(bytes.to_vec().into()), ..empty(data_type) });
    let same = |typed: TensorProto, bytes: &[u8], expected: Data| {
        assert_eq!(raw(typed.data_type, bytes), expected);
        assert_eq!(of(typed), expected);
    };
    let bytes = [0, 0, 128, 63, 0, 0, 0, 192];
    same(TensorProto { float_data: vec![1.0, -2.0], ..empty(1) }, &bytes, Data::F32(vec![1.0, -2.0]));
    let bytes = [0, 0, 0, 0, 0, 0, 240, 63, 0, 0, 0, 0, 0, 0, 0, 192];
    same(TensorProto { double_data: vec![1.0, -2.0], ..empty(11) }, &bytes, Data::F64(vec![1.0, -2.0]));
    same(TensorProto { int32_data: vec![-1, 1], ..empty(3) }, &[255, 1], Data::I8(vec![-1, 1]));
    same(TensorProto { int32_data: vec![255, 1], ..empty(2) }, &[255, 1], Data::U8(vec![255, 1]));
    same(TensorProto { int32_data: vec![0, 1], ..empty(9) }, &[0, 1], Data::Bool(vec![false, true]));
    same(
        TensorProto { int32_data: vec![-2, 1], ..empty(6) },
        &[254, 255, 255, 255, 1, 0, 0, 0],
        Data::I32(vec![-2, 1]),
    );
    let bytes = [254, 255, 255, 255, 255, 255, 255, 255, 1, 0, 0, 0, 0, 0, 0, 0];
    same(TensorProto { int64_data: vec![-2, 1], ..empty(7) }, &bytes, Data::I64(vec![-2, 1]));
    let texts = TensorProto { string_data: vec![b"a".to_vec(), "é".into()], ..empty(8) };
    assert_eq!(of(texts), Data::String(vec!["a".into(), "é".into()]));
}

#[test]
fn constant_nodes_are_constants() {
    let forms = [
        (
            AttributeProto { f: Some(1.5), ..attribute("value_float", attribute_type::FLOAT) },
            vec![],
            Data::F32(vec![1.5]),
        ),
        (AttributeProto { i: Some(7), ..attribute("value_int", attribute_type::INT) }, vec![], Data::I64(vec![7])),
        (
            AttributeProto { s: Some(b"t".to_vec()), ..attribute("value_string", attribute_type::STRING) },
            vec![],
            Data::String(vec!["t".into()]),
        ),
        (
            AttributeProto { floats: vec![1.0, 2.0], ..attribute("value_floats", attribute_type::FLOATS) },
            vec![2],
            Data::F32(vec![1.0, 2.0]),
        ),
        (
            AttributeProto { ints: vec![1, 2], ..attribute("value_ints", attribute_type::INTS) },
            vec![2],
            Data::I64(vec![1, 2]),
        ),
        (
            AttributeProto { strings: vec![b"t".to_vec()], ..attribute("value_strings", attribute_type::STRINGS) },
            vec![1],
            Data::String(vec!["t".into()]),
        ),
        (
            AttributeProto { t: Some(tensor("", &[1, 1], &[3.0])), ..attribute("value", attribute_type::TENSOR) },
            vec![1, 1],
            Data::F32(vec![3.0]),
        ),
    ];
    for (form, shape, data) in forms {
        let model = read(&changed(|graph| {
            graph.node.insert(0, NodeProto { attribute: vec![form], ..node("fixed", "Constant", &[], &["k"]) });
        }));
        assert_eq!(model.nodes.len(), 2);
        assert_eq!(model.constants["k"], Tensor::new(shape, data).unwrap());
    }
}

/// Engines need not look for outputs among the constants.
#[test]
fn an_output_that_is_a_constant_is_given_by_a_node() {
    let model = read(&changed(|graph| graph.output.push(port("bias", &[2]))));
    let node = &model.nodes[0];
    assert_eq!((node.operator.as_str(), node.outputs.as_slice()), ("Identity", &["bias".to_owned()][..]));
    assert_eq!(model.constants[&node.inputs[0]].as_f32().unwrap(), [0.5, -0.5]);
    assert!(!model.constants.contains_key("bias"));
}

#[test]
fn attributes_without_a_kind_are_what_they_hold() {
    let model = read(&changed(|graph| {
        graph.node[0].attribute = vec![AttributeProto { i: Some(1), ..attribute("transB", 0) }];
    }));
    assert_eq!(model.nodes[0].int("transB", 0), 1);
}

#[test]
fn dimensions_are_known_named_or_open() {
    let dim =
        |dim_value, dim_param: Option<&str>| DimensionProto { dim_value, dim_param: dim_param.map(str::to_owned) };
    let dims = vec![dim(Some(3), None), dim(None, Some("rows")), dim(None, None), dim(Some(-1), None)];
    let bytes = changed(|graph| {
        let kind = graph.input[0].r#type.as_mut().unwrap().tensor_type.as_mut().unwrap();
        kind.shape = Some(TensorShapeProto { dim: dims });
        graph.output[0].r#type.as_mut().unwrap().tensor_type.as_mut().unwrap().shape = None;
    });
    let model = read(&bytes);
    let named = |name: &str| Dim::Named(name.into());
    assert_eq!(model.inputs[0].dims, Some(vec![Dim::Known(3), named("rows"), named(""), named("")]));
    assert_eq!(model.outputs[0].dims, None);
}

/// Exporters import sets that no node uses.
#[test]
fn foreign_sets_may_be_imported() {
    let mut model = good();
    model.opset_import.push(crate::files::set("com.microsoft", 1));
    assert_eq!(read(&model.encode_to_vec()).opset, 17);
}

#[test]
fn floats_of_16_bits_are_read_as_what_they_are() {
    // One, the largest, the smallest, minus an infinity.
    let bits: [u16; 4] = [0x3c00, 0x7bff, 0x0001, 0xfc00];
    let raw = bits.iter().flat_map(|bits| bits.to_le_bytes()).collect::<Vec<_>>();
    let limits = [-1.0, 65_504.0, 5.960_464_5e-8, f32::NEG_INFINITY];
    let wanted: Vec<f32> = limits.iter().map(|value| if *value == -1.0 { 1.0 } else { *value }).collect();
    let as_bytes = TensorProto { data_type: 10, raw_data: Some(raw.into()), ..tensor("w", &[4], &[]) };
    let as_numbers = TensorProto {
        data_type: 10,
        float_data: vec![],
        int32_data: bits.iter().map(|&bits| i32::from(bits)).collect(),
        ..tensor("w", &[4], &[])
    };
    for proto in [as_bytes, as_numbers] {
        let (_, read) = Tensor::read(&proto.encode_to_vec(), &Limits::default()).unwrap();
        assert_eq!(read.as_f32(), Some(&wanted[..]));
    }
    let brain = TensorProto { data_type: 16, raw_data: Some(vec![0xc0, 0x3f].into()), ..tensor("w", &[1], &[]) };
    let (_, read) = Tensor::read(&brain.encode_to_vec(), &Limits::default()).unwrap();
    assert_eq!(read.as_f32(), Some(&[1.5][..]));
    // Rounding gives back what can be held, and goes to the nearest, ties to even.
    for value in wanted.iter().copied() {
        assert_eq!(Half::Float.rounded(value), value);
    }
    for (value, rounded) in
        [(1.0 + 1.0 / 2048.0, 1.0), (1.0 + 3.0 / 2048.0, 1.0 + 2.0 / 1024.0), (65_520.0, f32::INFINITY)]
    {
        assert_eq!(Half::Float.rounded(value), rounded);
        assert_eq!(Half::Float.rounded(-value), -rounded);
    }
    assert_eq!(Half::Brain.rounded(1.0 + 1.0 / 256.0), 1.0);
}

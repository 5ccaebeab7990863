//! The table of operators against the schemas of the package `onnx`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use ml_conformance::peer;
use ml_onnx::Domain;
use ml_onnx::operators::{AttributeType, OPERATORS, attribute_type};
use serde::Deserialize;

/// Operators that onnxruntime runs under the standard's domain in models older than the standard's own version of them;
/// `tests/brought.rs` holds them against onnxruntime.
const BEFORE_THE_STANDARD: [&str; 1] = ["LayerNormalization"];

#[derive(Deserialize)]
struct Row {
    domain: String,
    name: String,
    /// The first of the table's versions of the operator set in which the standard knows the operator.
    since: i64,
    inputs: (usize, usize),
    outputs: (usize, usize),
    attributes: BTreeMap<String, Vec<String>>,
}

/// `AttributeProto.AttributeType`
fn attribute_type_of(name: &str) -> Option<AttributeType> {
    Some(match name {
        "FLOAT" => AttributeType::Float,
        "INT" => AttributeType::Int,
        "STRING" => AttributeType::Text,
        "FLOATS" => AttributeType::Floats,
        "INTS" => AttributeType::Ints,
        "STRINGS" => AttributeType::Texts,
        "TENSOR" => AttributeType::Tensor,
        "GRAPH" => AttributeType::Graph,
        // A sparse value of a Constant, which is refused.
        "SPARSE_TENSOR" => return None,
        other => panic!("{other} is no type of attribute that is known here"),
    })
}

#[test]
fn agrees_with_the_schemas() {
    // The package knows the standard's own operators.
    let standard: Vec<_> = OPERATORS.iter().filter(|known| known.domain != Domain::Microsoft).collect();
    let folder = peer::folder("table").unwrap();
    let line =
        |o: &ml_onnx::operators::Operator| format!("{} {} {} {}\n", o.domain.name(), o.name, o.opsets.0, o.opsets.1);
    std::fs::write(folder.join("operators.txt"), standard.iter().map(|known| line(known)).collect::<String>()).unwrap();
    peer::run("table.py", &folder).unwrap();
    let rows: Vec<Row> = serde_json::from_slice(&std::fs::read(folder.join("table.json")).unwrap()).unwrap();
    assert_eq!(rows.len(), standard.len());
    for (row, known) in rows.iter().zip(standard) {
        assert_eq!((row.domain.as_str(), row.name.as_str()), (known.domain.name(), known.name));
        let older = row.since > known.opsets.0;
        assert_eq!(older, BEFORE_THE_STANDARD.contains(&known.name), "{}: version {}", known.name, row.since);
        // "Any number" is the largest 32-bit number in the schemas.
        let many = |(least, most): (usize, usize)| (least, if most > 1 << 30 { usize::MAX } else { most });
        assert_eq!((known.inputs, known.outputs), (many(row.inputs), many(row.outputs)), "{}", known.name);
        for (attribute, kinds) in &row.attributes {
            let kinds: Vec<_> = kinds.iter().map(|name| attribute_type_of(name)).collect();
            let ours = attribute_type(known.name, attribute);
            assert_eq!(kinds, [ours], "attribute {attribute} of {}", known.name);
        }
    }
}

//! The reader and the shape rules cover exactly the table of operators.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod samples;

use ml_onnx::operators::{OPERATORS, ShapeRule, find};
use ml_onnx::{Domain, ElementType, Limits, Model};

#[test]
fn every_operator_is_read_and_has_a_shape_rule() {
    for operator in OPERATORS {
        let Some(sample) = samples::sample(operator, ElementType::F32) else {
            assert_eq!(operator.shape, ShapeRule::Constant, "{}", operator.name);
            continue;
        };
        let read = Model::read(&sample.model.to_bytes(), &Limits::default());
        let read = read.unwrap_or_else(|error| panic!("{}: {error}", operator.name));
        // As text, since a NaN is none of its equals.
        assert_eq!(format!("{:?}", read.nodes), format!("{:?}", sample.model.nodes), "{}", operator.name);
        for (name, port) in sample.node().outputs.iter().zip(&sample.model.outputs) {
            assert_eq!(*name, port.name);
            let known = sample.shapes.values.contains_key(name);
            assert_eq!(known, operator.shape != ShapeRule::OfData, "{} makes no {name}", operator.name);
        }
    }
}

#[test]
fn no_rule_names_an_operator_that_is_not_in_the_table() {
    let sources = [
        include_str!("../src/shapes/classic.rs"),
        include_str!("../src/shapes/cost.rs"),
        include_str!("../src/shapes/fold.rs"),
        include_str!("../src/shapes/neural.rs"),
        include_str!("../src/shapes/movement.rs"),
        include_str!("../src/read/weights.rs"),
    ];
    for name in sources.into_iter().flat_map(samples::named) {
        // Families of operators are told by how their names begin.
        let family = ["Reduce", "Arg", "Global"].contains(&name);
        let known = family || find(Domain::Onnx, name).is_some() || find(Domain::Ml, name).is_some();
        assert!(known, "{name} is not in the table");
    }
}

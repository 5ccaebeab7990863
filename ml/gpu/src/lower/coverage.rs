//! The dispatch of this engine covers exactly what the table of operators says of the GPU. Nothing here needs a device.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../../onnx/tests/samples/mod.rs"]
mod samples;

use std::collections::BTreeSet;

use ml_onnx::operators::{Gpu, OPERATORS, find};
use ml_onnx::{Domain, ElementType};
use samples::sample;

use crate::device::Bounds;
use crate::graph::{Role, Source, Value};
use crate::lower::supports;
use crate::lower::{Lower, scalar_of};

#[test]
fn every_operator_with_a_kernel_is_lowered_and_no_other() {
    'operators: for operator in OPERATORS {
        let Some(sample) = sample(operator, ElementType::F32) else { continue };
        let supported = supports::check(&sample.model);
        assert_eq!(supported.is_ok(), operator.gpu != Gpu::None, "{}: {supported:?}", operator.name);
        let present = BTreeSet::new();
        let bounds = Bounds { binding: 1 << 27, buffers: 8 };
        let mut lower = Lower::new(&sample.model, &sample.shapes, bounds, &present);
        for port in &sample.model.inputs {
            let Some(scalar) = scalar_of(port.element) else {
                assert_eq!(operator.gpu, Gpu::None, "{}", operator.name);
                continue 'operators;
            };
            let count = sample.shapes.values[&port.name].elements();
            let id = lower.graph.buffer(Role::Input, count).unwrap();
            lower.values.insert(port.name.clone(), Value { scalar, count, source: Source::Buffer(id) });
        }
        let lowered = lower.node(sample.node());
        match operator.gpu {
            Gpu::None => assert!(lowered.is_err(), "{} is lowered", operator.name),
            Gpu::Known => assert!(sample.shapes.values["out0"].value.is_some(), "{} is not known", operator.name),
            _ => {
                lowered.unwrap_or_else(|error| panic!("{}: {error}", operator.name));
                assert!(lower.values.contains_key("out0"), "{} makes nothing", operator.name);
            }
        }
    }
}

#[test]
fn no_dispatch_names_an_operator_that_is_not_in_the_table() {
    let sources = [
        include_str!("classic.rs"),
        include_str!("elementwise.rs"),
        include_str!("movement.rs"),
        include_str!("neural.rs"),
        include_str!("reduce.rs"),
        include_str!("softmax.rs"),
        include_str!("supports.rs"),
    ];
    for name in sources.into_iter().flat_map(samples::named) {
        let known = find(Domain::Onnx, name).is_some() || find(Domain::Ml, name).is_some();
        assert!(known, "{name} is not in the table");
    }
}

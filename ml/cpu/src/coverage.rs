//! The dispatch of this engine covers exactly what the table of operators says of the CPU.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../onnx/tests/samples/mod.rs"]
mod samples;

use ml_onnx::operators::{Cpu, OPERATORS, find};
use ml_onnx::{Data, Domain, ElementType, Node, Tensor};
use samples::{Sample, sample};

use crate::neural::{Fit, fit};
use crate::types::{self, ValueInfo};
use crate::{CpuModel, classical, control, plain};

/// Whether rten, and whether our own kernels, compute the node of a sample. The table is not asked.
fn computed_by(sample: &Sample) -> (bool, bool) {
    let node = sample.node();
    if node.domain == Domain::Ml {
        return (false, classical::kernel(node).is_ok());
    }
    let infos = types::infer(&sample.model);
    let of = |names: &[String]| names.iter().map(|name| infos.get(name.as_str()).copied()).collect::<Vec<_>>();
    let (inputs, outputs) = (of(&node.inputs), of(&node.outputs));
    let elements =
        |infos: &[Option<ValueInfo>]| infos.iter().map(|info| info.map(|info| info.element)).collect::<Vec<_>>();
    if control::is(node) {
        return (false, control::kernel(node, &inputs, &|model| Ok(Box::new(CpuModel::new(model)?))).is_ok());
    }
    let own = plain::kernel(node, sample.model.opset, &elements(&inputs), &elements(&outputs));
    (fit(node, sample.model.opset, &inputs, &outputs) != Fit::No, own.is_ok_and(|kernel| kernel.is_some()))
}

#[test]
fn rten_and_our_own_kernels_cover_what_the_table_says() {
    for operator in OPERATORS {
        let samples = [ElementType::F32, ElementType::F64].map(|float| sample(operator, float));
        let found = samples.iter().flatten().map(computed_by);
        let (rten, own) = found.fold((false, false), |(rten, own), (r, o)| (rten || r, own || o));
        let told = (operator.cpu.rten(), operator.cpu.own());
        assert_eq!((rten, own), told, "{} is computed by (rten, our own)", operator.name);
        assert_eq!(operator.cpu == Cpu::None, samples.iter().all(Option::is_none), "{}", operator.name);
    }
}

#[test]
fn a_model_of_every_operator_runs() {
    for operator in OPERATORS {
        let Some(sample) = sample(operator, ElementType::F32) else { continue };
        let inputs = sample.model.inputs.iter().map(|port| {
            let shape = sample.shapes.values[&port.name].shape.clone();
            let count = shape.iter().product();
            let data = match port.element {
                ElementType::I64 => Data::I64(vec![1; count]),
                ElementType::Bool => Data::Bool(vec![true; count]),
                ElementType::U8 => Data::U8(vec![1; count]),
                ElementType::String => Data::String(vec!["a".into(); count]),
                _ => Data::F32(vec![0.25; count]),
            };
            (port.name.clone(), Tensor::new(shape, data).unwrap())
        });
        let model = CpuModel::new(&sample.model).unwrap_or_else(|error| panic!("{}: {error}", operator.name));
        let outputs = model.run(inputs.collect()).unwrap_or_else(|error| panic!("{}: {error}", operator.name));
        for ((name, tensor), port) in outputs.iter().zip(&sample.model.outputs) {
            let Some(known) = sample.shapes.values.get(name) else { continue };
            assert_eq!((name, tensor.shape()), (&port.name, known.shape.as_slice()), "{}", operator.name);
            assert_eq!(tensor.element_type(), known.element, "{}", operator.name);
        }
    }
}

#[test]
fn no_dispatch_names_an_operator_that_is_not_in_the_table() {
    let ours = [include_str!("plain.rs"), include_str!("neural/operators.rs"), include_str!("classical.rs")];
    for name in ours.into_iter().flat_map(samples::named) {
        assert!(
            find(Domain::Onnx, name).is_some()
                || find(Domain::Ml, name).is_some()
                || find(Domain::Microsoft, name).is_some(),
            "{name} is not in the table"
        );
    }
}

/// What a node of another name says.
#[test]
fn what_the_table_does_not_have_is_refused_by_name() {
    let mut sample = sample(find(Domain::Onnx, "Relu").unwrap(), ElementType::F32).unwrap().model;
    sample.nodes = vec![Node { operator: "Swoosh".into(), ..sample.nodes[0].clone() }];
    let error = CpuModel::new(&sample).err().unwrap();
    assert!(error.to_string().contains("Swoosh"), "{error}");
}

//! A chain of thousands of nodes runs on the stack that a browser's worker has.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use ml_conformance::engine::{Cpu, Engine, Gpu, Stop};
use ml_onnx::shapes::{Known, infer};
use ml_onnx::{Data, Dim, Domain, ElementType, Limits, Model, Node, Port, Tensor};

/// Bytes; what wasm-ld gives where nothing else is asked for.
const STACK: usize = 1 << 20;
const NODES: usize = 5_000;

/// x → Add 1 → … → Add 1 → y, through a matrix product now and then, so that it is not one elementwise run.
fn chain() -> Model {
    let constants = BTreeMap::from([
        ("one".to_owned(), Tensor::new(vec![1], Data::F32(vec![1.0])).unwrap()),
        ("same".to_owned(), Tensor::new(vec![1, 1], Data::F32(vec![1.0])).unwrap()),
    ]);
    let name = |at: usize| match at {
        0 => "x".to_owned(),
        NODES => "y".to_owned(),
        at => format!("v{at}"),
    };
    let node = |at: usize| {
        let (operator, with) = if at % 5 == 4 { ("MatMul", "same") } else { ("Add", "one") };
        Node {
            name: format!("n{at}"),
            domain: Domain::Onnx,
            operator: operator.into(),
            inputs: vec![name(at), with.into()],
            outputs: vec![name(at + 1)],
            attributes: BTreeMap::new(),
        }
    };
    let port = |name: &str| {
        let dims = Some(vec![Dim::Named("N".into()), Dim::Known(1)]);
        Port { name: name.into(), element: ElementType::F32, dims }
    };
    Model {
        ir_version: 8,
        opset: 17,
        name: "chain".into(),
        inputs: vec![port("x")],
        outputs: vec![port("y")],
        nodes: (0..NODES).map(node).collect(),
        constants,
        ..Model::default()
    }
}

/// A stack that is too small ends the program, and with it the test.
fn on_a_small_stack(work: impl FnOnce() + Send) {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).unwrap();
        thread.join().unwrap();
    });
}

fn runs(engine: &dyn Engine) {
    let model = chain();
    let x = Tensor::new(vec![2, 1], Data::F32(vec![0.0, 10.0])).unwrap();
    let answer = match engine.run(&model, &[vec![("x".into(), x)]]) {
        Ok(mut answers) => answers.remove(0).remove(0).1,
        Err(Stop::Unsupported { reason, .. } | Stop::Failed(reason) | Stop::Broken(reason)) => panic!("{reason}"),
    };
    // A fifth of the nodes multiplies by one.
    assert_eq!(answer.as_f32().unwrap(), [4_000.0, 4_010.0]);
}

#[test]
fn reader_and_shapes() {
    on_a_small_stack(|| {
        let model = Model::read(&chain().to_bytes(), &Limits::default()).unwrap();
        let known = BTreeMap::from([("x".to_owned(), Known::new(ElementType::F32, vec![2, 1]))]);
        assert_eq!(infer(&model, &known).unwrap().values["y"].shape, [2, 1]);
    });
}

#[test]
fn cpu() {
    on_a_small_stack(|| runs(&Cpu));
}

#[test]
fn gpu() {
    on_a_small_stack(|| runs(&Gpu::open().unwrap()));
}

//! Neural models through rten.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ml_cpu::CpuModel;
use ml_onnx::{Data, Limits, Model, Tensor};

#[test]
fn a_network_of_pytorch_gives_a_score_per_digit() {
    let bytes = include_bytes!("../../conformance/models/torch/mnist_cnn.onnx");
    let model = Model::read(bytes, &Limits::default()).unwrap();
    let cpu = CpuModel::new(&model).unwrap();
    let picture = Tensor::new(vec![1, 1, 28, 28], Data::F32(vec![0.5; 784])).unwrap();
    let outputs = cpu.run(vec![(model.inputs[0].name.clone(), picture)]).unwrap();
    assert_eq!(outputs[0].1.shape(), [1, 10]);
    assert!(outputs[0].1.as_f32().unwrap().iter().all(|v| v.is_finite()));
}

//! A device that is lost, and models that it refuses: errors, never a hang or a panic.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{floats, integers, model, named, node, noise, run};
use ml_gpu::{Gpu, GpuError, GpuModel};
use ml_onnx::{Attribute, ElementType};

#[test]
fn a_lost_device_ends_every_run() {
    let gpu = pollster::block_on(Gpu::open()).unwrap();
    let x = floats(&[4, 4], noise(16, 1));
    let inputs = [("x", &x)];
    let relu = model(vec![node("Relu", &["x"], &["y"], &[])], &inputs, &[], &[("y", ElementType::F32)]);
    let ready = GpuModel::new(&gpu, &relu).unwrap();
    pollster::block_on(ready.run(&named(&inputs))).unwrap();
    assert!(!gpu.is_lost());
    gpu.close();
    assert!(gpu.is_lost());
    let error = pollster::block_on(ready.run(&named(&inputs))).unwrap_err();
    assert!(matches!(error, GpuError::Lost { .. }), "{error}");
    assert!(matches!(GpuModel::new(&gpu, &relu), Err(GpuError::Lost { .. })));
}

#[test]
fn a_run_that_waits_ends_when_the_device_is_closed_meanwhile() {
    let gpu = pollster::block_on(Gpu::open()).unwrap();
    let x = floats(&[512, 512], noise(512 * 512, 2));
    let inputs = [("x", &x)];
    // Long enough that the other thread comes in between; the answer does not matter, only that there is one.
    let mut nodes = vec![node("MatMul", &["x", "x"], &["y0"], &[])];
    for i in 0..6 {
        let (from, to) = (format!("y{i}"), format!("y{}", i + 1));
        nodes.push(node("MatMul", &[from.as_str(), "x"], &[to.as_str()], &[]));
    }
    let long = model(nodes, &inputs, &[], &[("y6", ElementType::F32)]);
    let ready = GpuModel::new(&gpu, &long).unwrap();
    let other = gpu.clone();
    let closing = std::thread::spawn(move || other.close());
    let result = pollster::block_on(ready.run(&named(&inputs)));
    closing.join().unwrap();
    assert!(matches!(result, Ok(_) | Err(GpuError::Lost { .. })), "{result:?}");
    assert!(gpu.is_lost());
}

#[test]
fn an_operator_without_a_kernel_is_named() {
    let x = floats(&[2, 2], noise(4, 3));
    let inputs = [("x", &x)];
    let nodes = vec![node("Einsum", &["x"], &["y"], &[("equation", Attribute::Text(b"ij->ji".to_vec()))])];
    let error = GpuModel::supports(&model(nodes, &inputs, &[], &[("y", ElementType::F32)])).unwrap_err();
    assert!(error.to_string().contains("Einsum of y"), "{error}");
}

#[test]
fn a_value_larger_than_a_binding_is_refused() {
    // 2^30 elements would be 4 GiB.
    let shape = integers(&[2], vec![32_768, 32_768]);
    let x = floats(&[1], vec![1.0]);
    let inputs = [("x", &x)];
    let nodes = vec![node("Expand", &["x", "s"], &["e"], &[]), node("ReduceSum", &["e"], &["y"], &[])];
    let huge = model(nodes, &inputs, &[("s", shape)], &[("e", ElementType::F32), ("y", ElementType::F32)]);
    let error = run(&huge, &inputs).unwrap_err();
    assert!(matches!(error, GpuError::OutOfMemory { .. }), "{error}");
    // The device goes on.
    let relu = model(vec![node("Relu", &["x"], &["y"], &[])], &inputs, &[], &[("y", ElementType::F32)]);
    assert_eq!(run(&relu, &inputs).unwrap()["y"].as_f32(), Some(&[1.0][..]));
}

#[test]
fn integers_of_more_than_32_bits_are_refused() {
    let x = integers(&[1], vec![1 << 40]);
    let inputs = [("x", &x)];
    let nodes = vec![node("Neg", &["x"], &["y"], &[])];
    let error = run(&model(nodes, &inputs, &[], &[("y", ElementType::I64)]), &inputs).unwrap_err();
    assert!(error.to_string().contains("32 bits"), "{error}");
}

#[test]
fn a_wrong_shape_names_the_input() {
    let x = floats(&[2, 2], noise(4, 3));
    let relu = model(vec![node("Relu", &["x"], &["y"], &[])], &[("x", &x)], &[], &[("y", ElementType::F32)]);
    let wrong = floats(&[4], noise(4, 3));
    let error = run(&relu, &[("x", &wrong)]).unwrap_err();
    assert!(error.to_string().contains("\"x\""), "{error}");
}

//! The engine on a browser's WebGPU (Chromium with its software adapter; the flags are in `webdriver.json`).
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{close, floats, integers, model, named, node, noise};
use ml_gpu::bench::{matmul, naive_matmul};
use ml_gpu::{Gpu, GpuError, GpuModel};
use ml_onnx::{Attribute, ElementType, Tensor};
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen_test]
async fn a_product_with_bias_and_activation() {
    let gpu = Gpu::open().await.unwrap();
    let (a, b, c) = (noise(6, 1), noise(12, 2), noise(4, 3));
    let x = floats(&[2, 3], a.clone());
    let constants = [("w", floats(&[3, 4], b.clone())), ("c", floats(&[4], c.clone()))];
    let nodes = vec![node("Gemm", &["x", "w", "c"], &["g"], &[]), node("Relu", &["g"], &["y"], &[])];
    let inputs = [("x", &x)];
    let ready = GpuModel::new(&gpu, &model(nodes, &inputs, &constants, &[("y", ElementType::F32)])).unwrap();
    let outputs = ready.run(&named(&inputs)).await.unwrap();
    let element = |i: usize| (0..3).map(|k| a[i / 4 * 3 + k] * b[k * 4 + i % 4]).sum::<f32>() + c[i % 4];
    close(&outputs[0].1, &[2, 4], &(0..8).map(|i| element(i).max(0.0)).collect::<Vec<_>>(), 1e-5);
}

#[wasm_bindgen_test]
async fn operators_of_many_kinds() {
    let gpu = Gpu::open().await.unwrap();
    let x = floats(&[2, 3], vec![1.0, -2.0, 3.0, 0.5, f32::NAN, -1.0]);
    let inputs = [("x", &x)];
    let ints = |v: &[i64]| Attribute::Ints(v.to_vec());
    let nodes = vec![
        node("Transpose", &["x"], &["t"], &[("perm", ints(&[1, 0]))]),
        node("IsNaN", &["t"], &["nan"], &[]),
        node("Where", &["nan", "zero", "t"], &["clean"], &[]),
        node("Softmax", &["clean"], &["soft"], &[("axis", Attribute::Int(-1))]),
        node("ArgMax", &["clean"], &["best"], &[("axis", Attribute::Int(0)), ("keepdims", Attribute::Int(0))]),
        node("Gather", &["clean", "rows"], &["picked"], &[("axis", Attribute::Int(0))]),
        node("Concat", &["picked", "clean"], &["joined"], &[("axis", Attribute::Int(0))]),
        node("ReduceSum", &["joined", "axes"], &["sum"], &[("keepdims", Attribute::Int(0))]),
    ];
    let constants =
        [("zero", floats(&[1], vec![0.0])), ("rows", integers(&[2], vec![-1, 0])), ("axes", integers(&[1], vec![0]))];
    let outputs = [
        ("clean", ElementType::F32),
        ("soft", ElementType::F32),
        ("best", ElementType::I64),
        ("sum", ElementType::F32),
    ];
    let ready = GpuModel::new(&gpu, &model(nodes, &inputs, &constants, &outputs)).unwrap();
    let found = ready.run(&named(&inputs)).await.unwrap();
    close(&found[0].1, &[3, 2], &[1.0, 0.5, -2.0, 0.0, 3.0, -1.0], 0.0);
    let pair = |a: f32, b: f32| [a.exp() / (a.exp() + b.exp()), b.exp() / (a.exp() + b.exp())];
    close(&found[1].1, &[3, 2], &[pair(1.0, 0.5), pair(-2.0, 0.0), pair(3.0, -1.0)].concat(), 1e-5);
    assert_eq!(found[2].1.as_i64(), Some(&[2, 0][..]));
    close(&found[3].1, &[2], &[3.0 + 1.0 + 1.0 - 2.0 + 3.0, -1.0 + 0.5 + 0.5 + 0.0 - 1.0], 1e-6);
}

/// Convolution, activation, pool, product, softmax: the shape of a digit recogniser, against plain loops.
#[wasm_bindgen_test]
async fn a_small_network_for_pictures() {
    let gpu = Gpu::open().await.unwrap();
    let (batch, channels, size) = (3, 5, 8);
    let (a, w, b) = (noise(batch * size * size, 4), noise(channels * 9, 5), noise(channels, 6));
    let v = noise(channels * 16 * 4, 7);
    let x = floats(&[batch, 1, size, size], a.clone());
    let inputs = [("x", &x)];
    let ints = |v: &[i64]| Attribute::Ints(v.to_vec());
    let nodes = vec![
        node("Conv", &["x", "w", "b"], &["c"], &[("pads", ints(&[1, 1, 1, 1]))]),
        node("Relu", &["c"], &["r"], &[]),
        node("MaxPool", &["r"], &["p"], &[("kernel_shape", ints(&[2, 2])), ("strides", ints(&[2, 2]))]),
        node("Flatten", &["p"], &["f"], &[]),
        node("MatMul", &["f", "v"], &["y"], &[]),
    ];
    let constants = [
        ("w", floats(&[channels, 1, 3, 3], w.clone())),
        ("b", floats(&[channels], b.clone())),
        ("v", floats(&[channels * 16, 4], v.clone())),
    ];
    let ready = GpuModel::new(&gpu, &model(nodes, &inputs, &constants, &[("y", ElementType::F32)])).unwrap();
    let found = ready.run(&named(&inputs)).await.unwrap();
    let conv = |n: usize, c: usize, y: usize, z: usize| {
        let mut sum = b[c];
        for u in 0..3 {
            for t in 0..3 {
                let (r, s) = ((y + u).wrapping_sub(1), (z + t).wrapping_sub(1));
                if r < size && s < size {
                    sum += a[(n * size + r) * size + s] * w[(c * 3 + u) * 3 + t];
                }
            }
        }
        sum.max(0.0)
    };
    let mut wanted = vec![0.0; batch * 4];
    for n in 0..batch {
        for feature in 0..channels * 16 {
            let (c, y, z) = (feature / 16, feature / 4 % 4 * 2, feature % 4 * 2);
            let best =
                conv(n, c, y, z).max(conv(n, c, y + 1, z)).max(conv(n, c, y, z + 1)).max(conv(n, c, y + 1, z + 1));
            for class in 0..4 {
                wanted[n * 4 + class] += best * v[feature * 4 + class];
            }
        }
    }
    close(&found[0].1, &[batch, 4], &wanted, 1e-4);
    // The plan is used again, and a second shape gets its own.
    let again = ready.run(&named(&inputs)).await.unwrap();
    assert_eq!(again, found);
    let one = floats(&[1, 1, size, size], a[..size * size].to_vec());
    let single = ready.run(&named(&[("x", &one)])).await.unwrap();
    close(&single[0].1, &[1, 4], &wanted[..4], 1e-4);
}

#[wasm_bindgen_test]
async fn a_lost_device_ends_every_run() {
    let gpu = Gpu::open().await.unwrap();
    let x = floats(&[4], noise(4, 1));
    let inputs = [("x", &x)];
    let relu = model(vec![node("Relu", &["x"], &["y"], &[])], &inputs, &[], &[("y", ElementType::F32)]);
    let ready = GpuModel::new(&gpu, &relu).unwrap();
    ready.run(&named(&inputs)).await.unwrap();
    // One run is on its way when the device goes.
    let given = named(&inputs);
    let mut waiting = Box::pin(ready.run(&given));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let early = std::future::Future::poll(waiting.as_mut(), &mut context);
    gpu.close();
    let result = if early.is_ready() { Err(GpuError::Lost { why: String::new() }) } else { waiting.await };
    assert!(matches!(result, Ok(_) | Err(GpuError::Lost { .. })), "{result:?}");
    assert!(gpu.is_lost());
    let error = ready.run(&named(&inputs)).await.unwrap_err();
    assert!(matches!(error, GpuError::Lost { .. }), "{error}");
}

#[wasm_bindgen_test]
async fn blocks_multiply_as_the_plain_kernel_does() {
    let gpu = Gpu::open().await.unwrap();
    console_log!("{}, on the CPU: {}", gpu.describe(), gpu.on_cpu());
    let (blocked, naive) = (matmul(&gpu, 256).await.unwrap(), naive_matmul(&gpu, 256).await.unwrap());
    let wanted = blocked.first_row();
    let tensor = |row: Vec<f32>| -> Tensor { floats(&[256], row) };
    close(&tensor(blocked.run().await.unwrap()), &[256], &wanted, 1e-4);
    close(&tensor(naive.run().await.unwrap()), &[256], &wanted, 1e-4);
    for (name, product) in [("naive", &naive), ("blocked", &blocked)] {
        let start = js_sys::Date::now();
        product.run().await.unwrap();
        console_log!("{name}: {} ms for 256 by 256", js_sys::Date::now() - start);
    }
}

//! The product of two matrices in three ways, for benchmarks.

use ml_cpu::CpuModel;
use ml_gpu::bench;
use ml_onnx::{Data, Dim, Domain, ElementType, Model, Node, Port, Tensor};
use web_time::Instant;

use crate::{engines::micros, error::RunError, gpus::Gpus};

/// Microseconds of each run, after a warm-up.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Products {
    /// On the GPU, register-blocked; from submission to completion.
    pub tiled: Vec<f64>,
    /// On the GPU, one thread an element.
    pub naive: Vec<f64>,
    pub cpu: Vec<f64>,
    /// What the GPU calls itself.
    pub gpu: String,
}

/// Multiplies two square matrices of `size` rows in each way, `runs` times.
///
/// # Errors
/// [`RunError`] where an engine cannot.
pub async fn products(size: usize, runs: usize, gpus: &mut Gpus) -> Result<Products, RunError> {
    let cpu = on_cpu(size, runs)?;
    let mut products = Products { cpu, ..Products::default() };
    on_gpu(size, runs, gpus, &mut products).await.map_err(RunError::Gpu)?;
    Ok(products)
}

fn on_cpu(size: usize, runs: usize) -> Result<Vec<f64>, RunError> {
    let port = |name: &str| {
        let dims = Some(vec![Dim::Known(size), Dim::Known(size)]);
        Port { name: name.into(), element: ElementType::F32, dims }
    };
    let node = Node {
        name: "product".into(),
        domain: Domain::Onnx,
        operator: "MatMul".into(),
        inputs: vec!["a".into(), "b".into()],
        outputs: vec!["c".into()],
        attributes: Default::default(),
    };
    let (inputs, outputs) = (vec![port("a"), port("b")], vec![port("c")]);
    let model = Model { ir_version: 8, opset: 17, inputs, outputs, nodes: vec![node], ..Model::default() };
    let model = CpuModel::new(&model)?;
    let matrix = |seed: usize| {
        let values = (0..size * size).map(|at| ((at * 7919 + seed) % 1000) as f32 / 1000.0 - 0.5).collect();
        Tensor::new(vec![size, size], Data::F32(values))
    };
    let (a, b) = (matrix(1)?, matrix(2)?);
    let mut times = Vec::with_capacity(runs + 1);
    for _ in 0..=runs {
        let inputs = vec![("a".into(), a.clone()), ("b".into(), b.clone())];
        let since = Instant::now();
        model.run(inputs)?;
        times.push(micros(since));
    }
    // The first warms up.
    times.remove(0);
    Ok(times)
}

async fn on_gpu(size: usize, runs: usize, gpus: &mut Gpus, products: &mut Products) -> Result<(), String> {
    let gpu = gpus.open().await?;
    products.gpu = gpu.describe();
    let tiled = bench::matmul(gpu, size).await.map_err(|e| e.to_string())?;
    products.tiled = times(&tiled, runs).await?;
    let naive = bench::naive_matmul(gpu, size).await.map_err(|e| e.to_string())?;
    products.naive = times(&naive, runs).await?;
    Ok(())
}

async fn times(product: &bench::Product, runs: usize) -> Result<Vec<f64>, String> {
    product.run().await.map_err(|e| e.to_string())?;
    let mut times = Vec::with_capacity(runs);
    for _ in 0..runs {
        let since = Instant::now();
        product.run().await.map_err(|e| e.to_string())?;
        times.push(micros(since));
    }
    Ok(times)
}

//! How long a model of trees takes for many rows: `bench_trees MODEL.onnx ROWS FEATURES` prints the median of seven runs
//! in milliseconds, for rows of numbers between -3 and 3.
use std::time::Instant;

use ml_cpu::CpuModel;
use ml_onnx::{Data, Limits, Model, Tensor};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or("bench_trees MODEL.onnx ROWS FEATURES");
    let model = Model::read(&std::fs::read(next()?)?, &Limits::default())?;
    let (rows, features): (usize, usize) = (next()?.parse()?, next()?.parse()?);
    let input = model.inputs.first().ok_or("the model has no input")?.name.clone();
    let model = CpuModel::new(&model)?;
    let mut state = 1_u32;
    let mut number = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 24) as f32 * 6.0 - 3.0
    };
    let values: Vec<f32> = (0..rows * features).map(|_| number()).collect();
    let mut times = Vec::new();
    for _ in 0..7 {
        let tensor = Tensor::new(vec![rows, features], Data::F32(values.clone()))?;
        let start = Instant::now();
        let outputs = model.run(vec![(input.clone(), tensor)])?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
        std::hint::black_box(outputs);
    }
    times.sort_by(f64::total_cmp);
    println!("{:.2} ms", times[times.len() / 2]);
    Ok(())
}

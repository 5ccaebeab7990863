//! Chains of operators that become one kernel give what they give one by one.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{close, floats, integers, model, node, noise, run};
use ml_onnx::{Attribute, ElementType, Node, Tensor};
use proptest::prelude::*;

/// An operator of a chain, by a number.
fn step(which: usize, from: &str, to: &str) -> Node {
    match which % 7 {
        0 => node("Relu", &[from], &[to], &[]),
        1 => node("Add", &[from, "bias"], &[to], &[]),
        2 => node("Mul", &["half", from], &[to], &[]),
        3 => node("Tanh", &[from], &[to], &[]),
        4 => node("Sub", &[from, "other"], &[to], &[]),
        5 => node("Reshape", &[from, "same"], &[to], &[]),
        _ => node("Max", &[from, "bias", "half"], &[to], &[]),
    }
}

/// The same on the CPU; `shape` is `[batch, channels, height, width]`.
fn plain(which: usize, values: &[f32], shape: [usize; 4], bias: &[f32], other: &[f32]) -> Vec<f32> {
    let of_channel = |i: usize| bias[i / (shape[2] * shape[3]) % shape[1]];
    let each = |(i, &x): (usize, &f32)| match which % 7 {
        0 => x.max(0.0),
        1 => x + of_channel(i),
        2 => 0.5 * x,
        3 => x.tanh(),
        4 => x - other[i],
        5 => x,
        _ => x.max(of_channel(i)).max(0.5),
    };
    values.iter().enumerate().map(each).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    /// After a convolution of 1 by 1 whose result may also be an output of the model, or be read twice.
    #[test]
    fn a_chain_after_a_convolution(
        (batch, depth, channels, h, w) in (1_usize..3, 1_usize..4, 1_usize..10, 1_usize..5, 1_usize..5),
        chain in prop::collection::vec(0_usize..7, 1..9), seen in 0_usize..12, residual: bool, seed: u64,
    ) {
        let shape = [batch, channels, h, w];
        let count: usize = shape.iter().product();
        let (a, weights) = (noise(batch * depth * h * w, seed), noise(channels * depth, seed ^ 1));
        let (bias, other) = (noise(channels, seed ^ 2), noise(count, seed ^ 3));
        let x = floats(&[batch, depth, h, w], a.clone());
        let side = floats(&shape, other.clone());
        let mut nodes = vec![node("Conv", &["x", "w"], &["v0"], &[])];
        for (i, &which) in chain.iter().enumerate() {
            nodes.push(step(which, &format!("v{i}"), &format!("v{}", i + 1)));
        }
        let last = format!("v{}", chain.len());
        if residual {
            nodes.push(node("Add", &[last.as_str(), "v0"], &["y"], &[]));
        } else {
            nodes.push(node("Identity", &[last.as_str()], &["y"], &[]));
        }
        let watched = format!("v{}", seen.min(chain.len()));
        let constants: Vec<(&str, Tensor)> = vec![
            ("w", floats(&[channels, depth, 1, 1], weights.clone())),
            ("bias", floats(&[channels, 1, 1], bias.clone())),
            ("half", floats(&[], vec![0.5])),
            ("same", integers(&[4], shape.iter().map(|&d| d as i64).collect())),
        ];
        let inputs = [("x", &x), ("other", &side)];
        let outputs = [("y", ElementType::F32), (watched.as_str(), ElementType::F32)];
        let found = run(&model(nodes, &inputs, &constants, &outputs), &inputs).unwrap();
        let area = h * w;
        let conv = |i: usize| {
            let (n, c, p) = (i / area / channels, i / area % channels, i % area);
            (0..depth).map(|d| a[(n * depth + d) * area + p] * weights[c * depth + d]).sum::<f32>()
        };
        let mut values = vec![(0..count).map(conv).collect::<Vec<f32>>()];
        for &which in &chain {
            let next = plain(which, values.last().unwrap(), shape, &bias, &other);
            values.push(next);
        }
        let mut wanted = values.last().unwrap().clone();
        if residual {
            wanted.iter_mut().zip(&values[0]).for_each(|(y, v)| *y += v);
        }
        close(&found["y"], &shape, &wanted, 1e-5);
        close(&found[&watched], &shape, &values[seen.min(chain.len())], 1e-5);
    }

    /// Movements fused into each other and into what comes after.
    #[test]
    fn movements_compose(
        (p, q, r) in (1_usize..5, 1_usize..5, 1_usize..5), start in 0_usize..3, backwards: bool, many in 1_usize..14, seed: u64,
    ) {
        let a = noise(p * q * r, seed);
        let x = floats(&[p, q, r], a.clone());
        let start = start.min(q - 1);
        let (from, to, by) = if backwards { (q as i64 - 1, start as i64 - q as i64 - 1, -1) } else { (start as i64, q as i64, 1) };
        let copies: Vec<&str> = std::iter::repeat_n("t", many).collect();
        let ints = |v: &[i64]| Attribute::Ints(v.to_vec());
        let nodes = vec![
            node("Slice", &["x", "from", "to", "axis", "by"], &["s"], &[]),
            node("Transpose", &["s"], &["t"], &[("perm", ints(&[2, 0, 1]))]),
            node("Concat", &copies, &["c"], &[("axis", Attribute::Int(1))]),
            node("Neg", &["c"], &["y"], &[]),
        ];
        let one = |v: i64| integers(&[1], vec![v]);
        let constants = [("from", one(from)), ("to", one(to)), ("axis", one(1)), ("by", one(by))];
        let inputs = [("x", &x)];
        let found = run(&model(nodes, &inputs, &constants, &[("y", ElementType::F32)]), &inputs).unwrap();
        let rows: Vec<usize> = if backwards { (start..q).rev().collect() } else { (start..q).collect() };
        let mut wanted = Vec::new();
        for k in 0..r { for _ in 0..many { for i in 0..p { for &j in &rows {
            wanted.push(-a[(i * q + j) * r + k]);
        }}}}
        close(&found["y"], &[r, many * p, rows.len()], &wanted, 0.0);
    }
}

#[test]
fn batch_normalisation_goes_into_the_convolution_before_it() {
    let (depth, channels, area) = (3, 5, 4);
    let (a, w, b) = (noise(2 * depth * area, 1), noise(channels * depth, 2), noise(channels, 3));
    let (scale, shift, mean) = (noise(channels, 4), noise(channels, 5), noise(channels, 6));
    let variance: Vec<f32> = noise(channels, 7).iter().map(|v| v.abs() + 0.1).collect();
    let x = floats(&[2, depth, 2, 2], a.clone());
    let per_channel = |values: &[f32]| floats(&[channels], values.to_vec());
    let nodes = vec![
        node("Conv", &["x", "w", "b"], &["c"], &[]),
        node("BatchNormalization", &["c", "scale", "shift", "mean", "variance"], &["y"], &[]),
    ];
    let constants = [
        ("w", floats(&[channels, depth, 1, 1], w.clone())),
        ("b", per_channel(&b)),
        ("scale", per_channel(&scale)),
        ("shift", per_channel(&shift)),
        ("mean", per_channel(&mean)),
        ("variance", per_channel(&variance)),
    ];
    let inputs = [("x", &x)];
    // With the convolution's own result as an output too, it is not folded; both ways are the same.
    let folded = model(nodes.clone(), &inputs, &constants, &[("y", ElementType::F32)]);
    let apart = model(nodes, &inputs, &constants, &[("y", ElementType::F32), ("c", ElementType::F32)]);
    let wanted: Vec<f32> = (0..2 * channels * area)
        .map(|i| {
            let (n, c, p) = (i / area / channels, i / area % channels, i % area);
            let sum: f32 = (0..depth).map(|d| a[(n * depth + d) * area + p] * w[c * depth + d]).sum();
            (sum + b[c] - mean[c]) / (variance[c] + 1e-5).sqrt() * scale[c] + shift[c]
        })
        .collect();
    for model in [folded, apart] {
        close(&run(&model, &inputs).unwrap()["y"], &[2, channels, 2, 2], &wanted, 1e-5);
    }
}

#[test]
fn more_workgroups_than_one_dimension_has_are_spread_over_two() {
    // 65,535 workgroups of 64 are 4,194,240 elements.
    let count = 4_300_001;
    let x = floats(&[count], (0..count).map(|i| (i % 1_000) as f32 - 500.0).collect());
    let inputs = [("x", &x)];
    let nodes = vec![node("Relu", &["x"], &["y"], &[])];
    let found = run(&model(nodes, &inputs, &[], &[("y", ElementType::F32)]), &inputs).unwrap();
    let wanted: Vec<f32> = (0..count).map(|i| ((i % 1_000) as f32 - 500.0).max(0.0)).collect();
    close(&found["y"], &[count], &wanted, 0.0);
}

/// The layout of weights on the device depends on the groups.
#[test]
fn two_convolutions_may_share_their_weights() {
    let (channels, depth, window) = (16, 2, 9);
    let (a, b, w) = (noise(depth * window, 1), noise(2 * depth * window, 2), noise(channels * depth * window, 3));
    let (one, two) = (floats(&[1, depth, 3, 3], a.clone()), floats(&[1, 2 * depth, 3, 3], b.clone()));
    let nodes = vec![
        node("Conv", &["one", "w"], &["y"], &[]),
        node("Conv", &["two", "w"], &["z"], &[("group", Attribute::Int(2))]),
    ];
    let inputs = [("one", &one), ("two", &two)];
    let constants = [("w", floats(&[channels, depth, 3, 3], w.clone()))];
    let outputs = [("y", ElementType::F32), ("z", ElementType::F32)];
    let found = run(&model(nodes, &inputs, &constants, &outputs), &inputs).unwrap();
    // The picture is as large as the window, so each channel is one sum.
    let size = depth * window;
    let sum = |x: &[f32], c: usize| x.iter().zip(&w[c * size..]).map(|(x, w)| x * w).sum::<f32>();
    let wanted: Vec<f32> = (0..channels).map(|c| sum(&a, c)).collect();
    close(&found["y"], &[1, channels, 1, 1], &wanted, 1e-5);
    let wanted: Vec<f32> = (0..channels).map(|c| sum(&b[c / (channels / 2) * size..][..size], c)).collect();
    close(&found["z"], &[1, channels, 1, 1], &wanted, 1e-5);
}

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

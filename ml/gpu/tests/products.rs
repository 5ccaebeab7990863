//! Matrix products, convolutions and pools against plain loops, over random shapes.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{close, floats, model, node, noise, run};
use ml_onnx::{Attribute, ElementType, Tensor};
use proptest::prelude::*;

fn product(m: usize, k: usize, n: usize, a: impl Fn(usize, usize) -> f32, b: impl Fn(usize, usize) -> f32) -> Vec<f32> {
    let mut result = vec![0.0; m * n];
    for i in 0..m {
        for j in 0..n {
            result[i * n + j] = (0..k).map(|l| f64::from(a(i, l)) * f64::from(b(l, j))).sum::<f64>() as f32;
        }
    }
    result
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn gemm_is_the_sum_of_products(
        (m, k, n) in (1_usize..40, 1_usize..40, 1_usize..70),
        turn_a: bool, turn_b: bool, constant: bool, bias in 0_usize..3, relu: bool, seed: u64,
    ) {
        let a = noise(m * k, seed);
        let b = noise(k * n, seed ^ 1);
        let c = noise(n, seed ^ 2);
        let x = floats(&if turn_a { [k, m] } else { [m, k] }, a.clone());
        let w = floats(&if turn_b { [n, k] } else { [k, n] }, b.clone());
        let bias_tensor = floats(&if bias == 2 { vec![1, n] } else { vec![n] }, c.clone());
        let attributes = [
            ("transA", Attribute::Int(turn_a.into())),
            ("transB", Attribute::Int(turn_b.into())),
            ("alpha", Attribute::Float(0.5)),
        ];
        let names: &[&str] = if bias > 0 { &["x", "w", "c"] } else { &["x", "w"] };
        let mut nodes = vec![node("Gemm", names, &["g"], &attributes)];
        if relu {
            nodes.push(node("Relu", &["g"], &["y"], &[]));
        } else {
            nodes.push(node("Identity", &["g"], &["y"], &[]));
        }
        let mut inputs = vec![("x", &x)];
        let mut constants: Vec<(&str, Tensor)> = vec![("c", bias_tensor)];
        if constant { constants.push(("w", w.clone())) } else { inputs.push(("w", &w)) }
        let found = run(&model(nodes, &inputs, &constants, &[("y", ElementType::F32)]), &inputs).unwrap();
        let mut wanted = product(m, k, n,
            |i, l| if turn_a { a[l * m + i] } else { a[i * k + l] },
            |l, j| if turn_b { b[j * k + l] } else { b[l * n + j] });
        for (i, value) in wanted.iter_mut().enumerate() {
            *value = 0.5 * *value + if bias > 0 { c[i % n] } else { 0.0 };
            if relu { *value = value.max(0.0); }
        }
        close(&found["y"], &[m, n], &wanted, 1e-5);
    }

    #[test]
    fn matmul_broadcasts_its_batches(
        (m, k, n) in (1_usize..12, 1_usize..12, 1_usize..20), (p, q) in (1_usize..4, 1_usize..4), kind in 0_usize..4, seed: u64,
    ) {
        let (left, right): (Vec<usize>, Vec<usize>) = match kind {
            0 => (vec![p, q], vec![]),
            1 => (vec![p, 1], vec![q]),
            2 => (vec![q], vec![p, q]),
            _ => (vec![p, q], vec![p, q]),
        };
        let shape_a = [&left[..], &[m, k]].concat();
        let shape_b = [&right[..], &[k, n]].concat();
        let a = noise(shape_a.iter().product(), seed);
        let b = noise(shape_b.iter().product(), seed ^ 1);
        let (x, w) = (floats(&shape_a, a.clone()), floats(&shape_b, b.clone()));
        let inputs = [("x", &x), ("w", &w)];
        let nodes = vec![node("MatMul", &["x", "w"], &["y"], &[])];
        let found = run(&model(nodes, &inputs, &[], &[("y", ElementType::F32)]), &inputs).unwrap();
        let mut wanted = Vec::new();
        for i in 0..p {
            for j in 0..q {
                let (in_a, in_b) = match kind {
                    0 => (i * q + j, 0),
                    1 => (i, j),
                    2 => (j, i * q + j),
                    _ => (i * q + j, i * q + j),
                };
                wanted.extend(product(m, k, n, |r, l| a[in_a * m * k + r * k + l], |l, c| b[in_b * k * n + l * n + c]));
            }
        }
        close(&found["y"], &[p, q, m, n], &wanted, 1e-5);
    }

    #[test]
    fn conv_is_the_sum_over_its_window(
        (batch, groups, depth, each) in (1_usize..4, 1_usize..4, 1_usize..4, 1_usize..11),
        (h, w) in (1_usize..12, 1_usize..12), (kh, kw) in (1_usize..6, 1_usize..12),
        (sh, sw) in (1_usize..3, 1_usize..3), (dh, dw) in (1_usize..3, 1_usize..3),
        pads in prop::array::uniform4(0_usize..3), constant: bool, bias: bool, seed: u64,
    ) {
        let reach = |k: usize, d: usize| (k - 1) * d + 1;
        prop_assume!(h + pads[0] + pads[2] >= reach(kh, dh) && w + pads[1] + pads[3] >= reach(kw, dw));
        let (channels, outputs) = (groups * depth, groups * each);
        let oh = (h + pads[0] + pads[2] - reach(kh, dh)) / sh + 1;
        let ow = (w + pads[1] + pads[3] - reach(kw, dw)) / sw + 1;
        let a = noise(batch * channels * h * w, seed);
        let b = noise(outputs * depth * kh * kw, seed ^ 1);
        let c = noise(outputs, seed ^ 2);
        let (x, weights) = (floats(&[batch, channels, h, w], a.clone()), floats(&[outputs, depth, kh, kw], b.clone()));
        let ints = |v: &[usize]| Attribute::Ints(v.iter().map(|&v| v as i64).collect());
        let attributes = [
            ("group", Attribute::Int(groups as i64)), ("strides", ints(&[sh, sw])), ("dilations", ints(&[dh, dw])), ("pads", ints(&pads)),
        ];
        let names: &[&str] = if bias { &["x", "w", "c"] } else { &["x", "w"] };
        let nodes = vec![node("Conv", names, &["y"], &attributes)];
        let mut inputs = vec![("x", &x)];
        let mut constants = vec![("c", floats(&[outputs], c.clone()))];
        if constant { constants.push(("w", weights.clone())) } else { inputs.push(("w", &weights)) }
        let found = run(&model(nodes, &inputs, &constants, &[("y", ElementType::F32)]), &inputs).unwrap();
        let mut wanted = Vec::new();
        for n in 0..batch { for o in 0..outputs { for y in 0..oh { for z in 0..ow {
            let mut sum = if bias { f64::from(c[o]) } else { 0.0 };
            for d in 0..depth { for u in 0..kh { for v in 0..kw {
                let (r, s) = ((y * sh + u * dh) as i64 - pads[0] as i64, (z * sw + v * dw) as i64 - pads[1] as i64);
                if (0..h as i64).contains(&r) && (0..w as i64).contains(&s) {
                    let channel = o / each * depth + d;
                    sum += f64::from(a[((n * channels + channel) * h + r as usize) * w + s as usize])
                        * f64::from(b[((o * depth + d) * kh + u) * kw + v]);
                }
            }}}
            wanted.push(sum as f32);
        }}}}
        close(&found["y"], &[batch, outputs, oh, ow], &wanted, 1e-5);
    }

    #[test]
    fn pools_look_at_their_window(
        (batch, channels, h, w) in (1_usize..3, 1_usize..4, 1_usize..12, 1_usize..12), (kh, kw) in (1_usize..4, 1_usize..4),
        (sh, sw) in (1_usize..4, 1_usize..4), pads in prop::array::uniform4(0_usize..2), with_padding: bool, maximum: bool, seed: u64,
    ) {
        prop_assume!(pads.iter().all(|&p| p < kh.min(kw)) && h + pads[0] + pads[2] >= kh && w + pads[1] + pads[3] >= kw);
        let (oh, ow) = ((h + pads[0] + pads[2] - kh) / sh + 1, (w + pads[1] + pads[3] - kw) / sw + 1);
        let a = noise(batch * channels * h * w, seed);
        let x = floats(&[batch, channels, h, w], a.clone());
        let ints = |v: &[usize]| Attribute::Ints(v.iter().map(|&v| v as i64).collect());
        let mut attributes = vec![("kernel_shape", ints(&[kh, kw])), ("strides", ints(&[sh, sw])), ("pads", ints(&pads))];
        if !maximum { attributes.push(("count_include_pad", Attribute::Int(with_padding.into()))); }
        let nodes = vec![node(if maximum { "MaxPool" } else { "AveragePool" }, &["x"], &["y"], &attributes)];
        let inputs = [("x", &x)];
        let found = run(&model(nodes, &inputs, &[], &[("y", ElementType::F32)]), &inputs).unwrap();
        let mut wanted = Vec::new();
        for q in 0..batch * channels { for y in 0..oh { for z in 0..ow {
            let mut inside = Vec::new();
            for u in 0..kh { for v in 0..kw {
                let (r, s) = ((y * sh + u) as i64 - pads[0] as i64, (z * sw + v) as i64 - pads[1] as i64);
                if (0..h as i64).contains(&r) && (0..w as i64).contains(&s) {
                    inside.push(a[(q * h + r as usize) * w + s as usize]);
                }
            }}
            wanted.push(if maximum { inside.iter().copied().fold(f32::MIN, f32::max) } else {
                inside.iter().sum::<f32>() / if with_padding { (kh * kw) as f32 } else { inside.len() as f32 }
            });
        }}}
        close(&found["y"], &[batch, channels, oh, ow], &wanted, 1e-5);
    }

    #[test]
    fn reduces_gather_the_axes_named(
        shape in prop::collection::vec(1_usize..6, 1..5), mask in 1_usize..16, which in 0_usize..5, keep: bool, seed: u64,
    ) {
        let axes: Vec<usize> = (0..shape.len()).filter(|d| mask >> d & 1 == 1).collect();
        prop_assume!(!axes.is_empty());
        let a = noise(shape.iter().product(), seed);
        let x = floats(&shape, a.clone());
        let name = ["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceLogSumExp"][which];
        let axes_list: Vec<i64> = axes.iter().map(|&d| d as i64).collect();
        let mut m = model(
            vec![node(name, &["x"], &["y"], &[("axes", Attribute::Ints(axes_list)), ("keepdims", Attribute::Int(keep.into()))])],
            &[("x", &x)], &[], &[("y", ElementType::F32)]);
        m.opset = 12;
        let found = run(&m, &[("x", &x)]).unwrap();
        let kept: Vec<usize> = (0..shape.len()).filter(|d| !axes.contains(d)).collect();
        let size: usize = kept.iter().map(|&d| shape[d]).product();
        let mut groups: Vec<Vec<f64>> = vec![Vec::new(); size];
        for (i, &value) in a.iter().enumerate() {
            let mut rest = i;
            let mut place = vec![0; shape.len()];
            for d in (0..shape.len()).rev() { place[d] = rest % shape[d]; rest /= shape[d]; }
            let at = kept.iter().fold(0, |at, &d| at * shape[d] + place[d]);
            groups[at].push(f64::from(value));
        }
        let wanted: Vec<f32> = groups.iter().map(|g| (match which {
            0 => g.iter().sum::<f64>(),
            1 => g.iter().sum::<f64>() / g.len() as f64,
            2 => g.iter().copied().fold(f64::MIN, f64::max),
            3 => g.iter().copied().fold(f64::MAX, f64::min),
            _ => g.iter().map(|v| v.exp()).sum::<f64>().ln(),
        }) as f32).collect();
        let out: Vec<usize> = if keep {
            (0..shape.len()).map(|d| if axes.contains(&d) { 1 } else { shape[d] }).collect()
        } else { kept.iter().map(|&d| shape[d]).collect() };
        close(&found["y"], &out, &wanted, 1e-5);
    }
}

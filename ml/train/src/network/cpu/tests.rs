#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use proptest::prelude::*;

use super::*;
use crate::draw::{self, Use};

/// The loss in f64, written out loop by loop.
fn loss(network: &[(usize, usize, Vec<f64>)], x: &[f64], labels: &[u16], class_weights: &[f32], l2: f64) -> f64 {
    let rows = labels.len();
    let (mut total, mut weight_sum, mut penalty) = (0.0, 0.0, 0.0);
    for row in 0..rows {
        let mut values = x[row * network[0].0..(row + 1) * network[0].0].to_vec();
        for (at, (inputs, outputs, parameters)) in network.iter().enumerate() {
            let mut next: Vec<f64> = parameters[inputs * outputs..].to_vec();
            for i in 0..*inputs {
                for o in 0..*outputs {
                    next[o] += values[i] * parameters[i * outputs + o];
                }
            }
            if at + 1 < network.len() {
                next.iter_mut().for_each(|value| *value = value.max(0.0));
            }
            values = next;
        }
        let highest = values.iter().copied().fold(f64::MIN, f64::max);
        let sum: f64 = values.iter().map(|value| (value - highest).exp()).sum();
        let weight = f64::from(class_weights[usize::from(labels[row])]);
        total += weight * (sum.ln() + highest - values[usize::from(labels[row])]);
        weight_sum += weight;
    }
    for (inputs, outputs, parameters) in network {
        penalty += parameters[..inputs * outputs].iter().map(|w| w * w).sum::<f64>();
    }
    total / weight_sum + 0.5 * l2 * penalty
}

fn numbers(seed: u64, count: usize) -> Vec<f32> {
    let mut source = draw::source(seed, Use::Order);
    (0..count).map(|_| draw::evenly(&mut source)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    /// Gradients against central differences of a loss in f64, for every parameter.
    #[test]
    fn gradients_are_those_of_finite_differences(
        inputs in 1_usize..7, hidden in prop::collection::vec(1_u32..9, 0..3), classes in 2_usize..5,
        rows in 1_usize..12, l2 in prop::sample::select(vec![0.0_f32, 0.1]), seed: u64,
    ) {
        let mut network = Network::new(inputs, &hidden, classes, seed);
        for (at, layer) in network.layers.iter_mut().enumerate() {
            layer.bias = numbers(seed ^ at as u64, layer.outputs);
            if hidden.is_empty() {
                layer.weights = numbers(!seed, layer.weights.len());
            }
        }
        let x = numbers(seed.rotate_left(7), rows * inputs);
        let labels: Vec<u16> = (0..rows).map(|row| ((seed >> (row % 40)) as usize % classes) as u16).collect();
        let class_weights: Vec<f32> = (0..classes).map(|class| 0.5 + class as f32).collect();
        let mut trained = CpuNetwork::new(network.clone());
        let totals = trained.differentiate(&x, &labels, &class_weights, l2).unwrap();

        let x: Vec<f64> = x.iter().map(|v| f64::from(*v)).collect();
        let exact = |layer: &Dense| {
            let parameters = layer.weights.iter().chain(&layer.bias).map(|v| f64::from(*v)).collect();
            (layer.inputs, layer.outputs, parameters)
        };
        let mut layers: Vec<(usize, usize, Vec<f64>)> = network.layers.iter().map(exact).collect();
        let l2 = f64::from(l2);
        let without_penalty = loss(&layers, &x, &labels, &class_weights, 0.0);
        prop_assert!((f64::from(totals.mean_loss()) - without_penalty).abs() < 1e-4 * without_penalty.max(1.0));
        const STEP: f64 = 1e-6;
        for at in 0..layers.len() {
            let found: Vec<f32> =
                trained.gradients()[at].weights.iter().chain(&trained.gradients()[at].bias).copied().collect();
            for (parameter, found) in found.iter().enumerate() {
                let value = layers[at].2[parameter];
                layers[at].2[parameter] = value + STEP;
                let above = loss(&layers, &x, &labels, &class_weights, l2);
                layers[at].2[parameter] = value - STEP;
                let below = loss(&layers, &x, &labels, &class_weights, l2);
                layers[at].2[parameter] = value;
                let expected = (above - below) / (2.0 * STEP);
                let difference = (f64::from(*found) - expected).abs();
                prop_assert!(
                    difference < 1e-4 + 1e-3 * expected.abs(),
                    "layer {at}, parameter {parameter}: {found} for {expected}"
                );
            }
        }
    }
}

#[test]
fn the_first_step_of_adam_moves_every_parameter_by_the_rate() {
    let mut network = CpuNetwork::new(Network::new(3, &[], 2, 1));
    network.step(&[1.0, -2.0, 0.5], &[1], &[1.0, 1.0], 0.01, 0.0).unwrap();
    // m / √v is the sign of the gradient after one step; towards class 1 for positive features.
    let expected = [-0.01, 0.01, 0.01, -0.01, -0.01, 0.01];
    for (found, wanted) in network.network.layers[0].weights.iter().zip(expected) {
        assert!((found - wanted).abs() < 1e-6, "{:?}", network.network.layers[0].weights);
    }
}

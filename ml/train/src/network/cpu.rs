//! Networks on the CPU; matrix products by `rten-gemm` (SIMD natively and in wasm).

use rten_gemm::{BiasVector, GemmExecutor, GemmInputA, GemmInputB, GemmOptions};
use rten_tensor::NdTensorView;

use super::weights::{Dense, Network};
use crate::{curve::Totals, error::TrainError, math};

/// Decay of Adam's two means, and what keeps it from dividing by zero (Kingma and Ba 2015).
pub(super) const DECAY: (f32, f32) = (0.9, 0.999);
pub(super) const TINY: f32 = 1e-8;

/// Rows of one product when only predicting.
const CHUNK: usize = 1024;

/// A network with the state of its training.
pub struct CpuNetwork {
    pub network: Network,
    gemm: GemmExecutor,
    /// What each layer gave in the last forward pass.
    outputs: Vec<Vec<f32>>,
    /// Derivatives of the loss by the scores of the layer at hand, and of the one before.
    deltas: [Vec<f32>; 2],
    gradients: Vec<Dense>,
    means: Vec<Dense>,
    squares: Vec<Dense>,
    /// Powers of [`DECAY`] after the steps so far.
    powers: (f32, f32),
}

impl CpuNetwork {
    pub fn new(network: Network) -> Self {
        let zero = |layer: &Dense| Dense {
            weights: vec![0.0; layer.weights.len()],
            bias: vec![0.0; layer.bias.len()],
            ..*layer
        };
        let zeros: Vec<Dense> = network.layers.iter().map(zero).collect();
        Self {
            outputs: vec![Vec::new(); network.layers.len()],
            deltas: [Vec::new(), Vec::new()],
            gradients: zeros.clone(),
            means: zeros.clone(),
            squares: zeros,
            powers: (1.0, 1.0),
            gemm: GemmExecutor::new(),
            network,
        }
    }

    /// One step of Adam on rows of features `x`; `class_weights` weigh each row by its label.
    ///
    /// # Errors
    /// [`TrainError::Product`]
    pub fn step(
        &mut self,
        x: &[f32],
        labels: &[u16],
        class_weights: &[f32],
        rate: f32,
        l2: f32,
    ) -> Result<Totals, TrainError> {
        let totals = self.differentiate(x, labels, class_weights, l2)?;
        self.descend(rate);
        Ok(totals)
    }

    /// Probabilities of rows.
    ///
    /// # Errors
    /// [`TrainError::Product`]
    pub fn predict(&mut self, x: &[f32]) -> Result<Vec<f32>, TrainError> {
        let (inputs, classes) = (self.network.layers[0].inputs, self.network.classes());
        let mut probabilities = Vec::with_capacity(x.len() / inputs.max(1) * classes);
        for chunk in x.chunks(CHUNK * inputs) {
            self.forward(chunk)?;
            if let Some(scores) = self.outputs.last_mut() {
                scores.chunks_mut(classes).for_each(|row| {
                    math::softmax(row, 0);
                });
                probabilities.extend_from_slice(scores);
            }
        }
        Ok(probabilities)
    }

    /// Loss and accuracy on rows.
    ///
    /// # Errors
    /// [`TrainError::Product`]
    pub fn measure(&mut self, x: &[f32], labels: &[u16], class_weights: &[f32]) -> Result<Totals, TrainError> {
        let inputs = self.network.layers[0].inputs;
        let mut totals = Totals::default();
        for (x, labels) in x.chunks(CHUNK * inputs).zip(labels.chunks(CHUNK)) {
            self.forward(x)?;
            totals.add(&self.loss(labels, class_weights));
        }
        Ok(totals)
    }

    /// Forward and backward: the gradients of the mean weighted cross-entropy plus half of `l2` times the squares of
    /// the weights.
    pub(super) fn differentiate(
        &mut self,
        x: &[f32],
        labels: &[u16],
        class_weights: &[f32],
        l2: f32,
    ) -> Result<Totals, TrainError> {
        self.forward(x)?;
        let totals = self.loss(labels, class_weights);
        let classes = self.network.classes();
        let [delta, before] = &mut self.deltas;
        delta.clear();
        let scale = if totals.weight > 0.0 { (1.0 / totals.weight) as f32 } else { 0.0 };
        let probabilities = self.outputs.last().map_or(&[] as &[f32], Vec::as_slice);
        for (row, &label) in probabilities.chunks(classes).zip(labels) {
            let (start, weight) = (delta.len(), class_weights[usize::from(label)] * scale);
            delta.extend(row.iter().map(|p| p * weight));
            delta[start + usize::from(label)] -= weight;
        }
        let rows = labels.len();
        for at in (0..self.network.layers.len()).rev() {
            let layer = &self.network.layers[at];
            let input = if at == 0 { x } else { &self.outputs[at - 1] };
            let gradient = &mut self.gradients[at];
            let transposed = NdTensorView::from_data([rows, layer.inputs], input);
            let by_score = NdTensorView::from_data([rows, layer.outputs], delta.as_slice());
            self.gemm
                .gemm(
                    &mut gradient.weights,
                    GemmInputA::Unpacked(transposed.transposed()),
                    GemmInputB::Unpacked(by_score),
                    GemmOptions::default(),
                )
                .map_err(product)?;
            gradient.weights.iter_mut().zip(&layer.weights).for_each(|(gradient, weight)| *gradient += l2 * weight);
            gradient.bias.fill(0.0);
            for row in delta.chunks(layer.outputs) {
                gradient.bias.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
            }
            if at > 0 {
                before.resize(rows * layer.inputs, 0.0);
                let weights = NdTensorView::from_data([layer.inputs, layer.outputs], layer.weights.as_slice());
                self.gemm
                    .gemm(
                        before,
                        GemmInputA::Unpacked(by_score),
                        GemmInputB::Unpacked(weights.transposed()),
                        GemmOptions::default(),
                    )
                    .map_err(product)?;
                for (value, output) in before.iter_mut().zip(input) {
                    *value = if *output > 0.0 { *value } else { 0.0 };
                }
                std::mem::swap(delta, before);
            }
        }
        Ok(totals)
    }

    fn forward(&mut self, x: &[f32]) -> Result<(), TrainError> {
        let rows = x.len() / self.network.layers[0].inputs.max(1);
        let last = self.network.layers.len() - 1;
        for (at, layer) in self.network.layers.iter().enumerate() {
            let (done, rest) = self.outputs.split_at_mut(at);
            let input = done.last().map_or(x, Vec::as_slice);
            let output = &mut rest[0];
            output.resize(rows * layer.outputs, 0.0);
            let weights = NdTensorView::from_data([layer.inputs, layer.outputs], layer.weights.as_slice());
            self.gemm
                .gemm(
                    output,
                    GemmInputA::Unpacked(NdTensorView::from_data([rows, layer.inputs], input)),
                    GemmInputB::Unpacked(weights),
                    GemmOptions { bias: Some(BiasVector::Row(&layer.bias)), ..GemmOptions::default() },
                )
                .map_err(product)?;
            if at < last {
                output.iter_mut().for_each(|value| *value = value.max(0.0));
            }
        }
        Ok(())
    }

    /// Makes the scores of the last forward pass to probabilities and compares them with the labels.
    fn loss(&mut self, labels: &[u16], class_weights: &[f32]) -> Totals {
        let classes = self.network.classes();
        let mut totals = Totals { rows: labels.len() as u64, ..Totals::default() };
        if let Some(scores) = self.outputs.last_mut() {
            for (row, &label) in scores.chunks_mut(classes).zip(labels) {
                let label = usize::from(label);
                let weight = f64::from(class_weights[label]);
                totals.correct += u64::from(math::highest(row) == label);
                totals.loss += weight * math::softmax(row, label);
                totals.weight += weight;
            }
        }
        totals
    }

    fn descend(&mut self, rate: f32) {
        self.powers = (self.powers.0 * DECAY.0, self.powers.1 * DECAY.1);
        let rate = rate * (1.0 - self.powers.1).sqrt() / (1.0 - self.powers.0);
        let states = self.gradients.iter().zip(&mut self.means).zip(&mut self.squares);
        for (layer, ((gradient, mean), square)) in self.network.layers.iter_mut().zip(states) {
            adam(&mut layer.weights, &gradient.weights, &mut mean.weights, &mut square.weights, rate);
            adam(&mut layer.bias, &gradient.bias, &mut mean.bias, &mut square.bias, rate);
        }
    }

    #[cfg(all(test, not(target_arch = "wasm32")))]
    pub(super) fn gradients(&self) -> &[Dense] {
        &self.gradients
    }
}

fn adam(values: &mut [f32], gradients: &[f32], means: &mut [f32], squares: &mut [f32], rate: f32) {
    for (((value, gradient), mean), square) in values.iter_mut().zip(gradients).zip(means).zip(squares) {
        *mean = DECAY.0 * *mean + (1.0 - DECAY.0) * gradient;
        *square = DECAY.1 * *square + (1.0 - DECAY.1) * gradient * gradient;
        *value -= rate * *mean / (square.sqrt() + TINY);
    }
}

fn product(error: rten_gemm::GemmError) -> TrainError {
    TrainError::Product { why: error.to_string() }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

//! What a network has learned.

use crate::draw::{self, Use};

/// One dense layer: `inputs · weights + bias`.
#[derive(Debug, Clone, PartialEq)]
pub struct Dense {
    pub inputs: usize,
    pub outputs: usize,
    /// `inputs` rows of `outputs`.
    pub weights: Vec<f32>,
    pub bias: Vec<f32>,
}

/// Layers with ReLU between them; what the last gives are scores for a softmax.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    pub layers: Vec<Dense>,
}

impl Network {
    /// He's even initialisation (±√(6 / inputs)) for layers that a ReLU follows, Glorot's for the last of several; a
    /// single layer begins at 0, since its loss is convex.
    pub fn new(inputs: usize, hidden: &[u32], classes: usize, seed: u64) -> Self {
        let mut source = draw::source(seed, Use::Weights);
        let mut layers = Vec::new();
        let mut before = inputs;
        let widths = hidden.iter().map(|width| *width as usize).chain([classes]);
        for (at, outputs) in widths.enumerate() {
            let last = at == hidden.len();
            let limit = match (last, hidden.is_empty()) {
                (true, true) => 0.0,
                (true, false) => (6.0 / (before + outputs) as f32).sqrt(),
                (false, _) => (6.0 / before.max(1) as f32).sqrt(),
            };
            let weights = (0..before * outputs).map(|_| limit * draw::evenly(&mut source)).collect();
            layers.push(Dense { inputs: before, outputs, weights, bias: vec![0.0; outputs] });
            before = outputs;
        }
        Self { layers }
    }

    pub fn classes(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.outputs)
    }
}

//! Epochs over a network, until the validation part says enough.

use ml_task::TrainOptions;

use super::{cpu::CpuNetwork, weights::Network};
use crate::{
    curve::{Curve, Totals, Verdict},
    draw::{self, Use},
    error::TrainError,
    split::Parts,
    watch::Watch,
};

/// Share of the learning rate that the last epoch has; it falls evenly up to there.
const LAST_RATE: f32 = 0.1;

/// Rows of features with their labels.
pub struct Rows<'a> {
    /// Features of a row.
    pub width: usize,
    pub x: &'a [f32],
    pub labels: &'a [u16],
}

impl Rows<'_> {
    /// Copies rows in a given order.
    pub fn gather(&self, rows: &[u32], x: &mut Vec<f32>, labels: &mut Vec<u16>) {
        x.clear();
        labels.clear();
        for &row in rows {
            let row = row as usize;
            x.extend_from_slice(&self.x[row * self.width..(row + 1) * self.width]);
            labels.push(self.labels[row]);
        }
    }
}

/// Steps that an epoch has at least, where there are rows enough for steps of [`FEWEST_ROWS`]: few rows in few steps
/// would learn nothing in the epochs that suit larger tables.
const LEAST_STEPS: usize = 20;
const FEWEST_ROWS: usize = 8;

/// Rows of a step.
pub fn batch(options: &TrainOptions, rows: usize) -> usize {
    (options.batch as usize).min((rows / LEAST_STEPS).max(FEWEST_ROWS))
}

/// What training left.
pub struct Fitted {
    pub network: Network,
    pub best: ml_task::Point,
    pub stopped: bool,
}

/// Learning rate of an epoch, from 1.
pub fn rate(options: &TrainOptions, epoch: u32) -> f32 {
    let through = (epoch - 1) as f32 / options.rounds.max(1) as f32;
    options.learning_rate * (1.0 - (1.0 - LAST_RATE) * through)
}

/// Trains on the CPU, for at most `rounds` epochs.
///
/// # Errors
/// [`TrainError::Diverged`], [`TrainError::Product`]
pub async fn on_cpu(
    network: Network,
    rows: &Rows<'_>,
    parts: &Parts,
    class_weights: &[f32],
    options: &TrainOptions,
    rounds: u32,
    watch: &mut impl Watch,
) -> Result<Fitted, TrainError> {
    let mut curve = Curve::new(options.rounds, options.patience);
    let mut best = network.clone();
    let mut trained = CpuNetwork::new(network);
    let mut source = draw::source(options.seed, Use::Order);
    let mut order = parts.training.clone();
    let (mut x, mut labels) = (Vec::new(), Vec::new());
    let (mut validation_x, mut validation_labels) = (Vec::new(), Vec::new());
    rows.gather(&parts.validation, &mut validation_x, &mut validation_labels);
    let mut stopped = false;
    let (batch, l2) = (batch(options, order.len()), options.l2 / order.len() as f32);
    'epochs: for epoch in 1..=rounds {
        draw::shuffle(&mut source, &mut order);
        let mut training = Totals::default();
        for chosen in order.chunks(batch) {
            rows.gather(chosen, &mut x, &mut labels);
            training.add(&trained.step(&x, &labels, class_weights, rate(options, epoch), l2)?);
            if !watch.pause().await && curve.best.is_some() {
                stopped = true;
                break 'epochs;
            }
        }
        let validation = if validation_labels.is_empty() {
            None
        } else {
            Some(trained.measure(&validation_x, &validation_labels, class_weights)?)
        };
        let (point, verdict) = curve.judge(epoch, &training, validation.as_ref());
        match verdict {
            Verdict::Best => best.clone_from(&trained.network),
            Verdict::Worse => {}
            Verdict::Enough | Verdict::Lost => {
                if verdict == Verdict::Enough {
                    watch.progress(&point).await;
                }
                break;
            }
        }
        if !watch.progress(&point).await {
            stopped = true;
            break;
        }
    }
    match curve.best {
        Some(point) => Ok(Fitted { network: best, best: point, stopped }),
        None => Err(TrainError::Diverged { round: 1, rate: options.learning_rate }),
    }
}

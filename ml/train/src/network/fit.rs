//! Epochs over a network, until the validation part says enough.

use ml_task::TrainOptions;

use super::{cpu::CpuNetwork, weights::Network};
use crate::{
    curve::{Curve, Totals, Verdict},
    draw::{self, Use},
    error::TrainError,
    table::split::Parts,
    watch::Watch,
};

/// Share of the learning rate that the last epoch has; from half of the epochs on it falls evenly to there.
const LAST_RATE: f32 = 0.1;

/// Rows of features with their labels.
pub struct Samples<'a> {
    /// Features of a row.
    pub width: usize,
    pub x: &'a [f32],
    pub labels: &'a [u16],
}

impl Samples<'_> {
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
    let rounds = options.rounds.max(1) as f32;
    let late = ((epoch - 1) as f32 / rounds - 0.5).max(0.0) * 2.0;
    options.learning_rate * (1.0 - (1.0 - LAST_RATE) * late)
}

/// Where the arithmetic of training is done.
pub(crate) trait Backend {
    /// One step of Adam on these rows.
    async fn step(&mut self, rows: &[u32], rate: f32, l2: f32) -> Result<(), TrainError>;

    /// What the steps since the last call measured, each before it changed anything.
    async fn totals(&mut self) -> Result<Totals, TrainError>;

    /// Loss and accuracy on the validation rows.
    async fn validate(&mut self) -> Result<Totals, TrainError>;

    /// The network as it is now.
    async fn network(&mut self) -> Result<Network, TrainError>;
}

/// On the CPU, with rows copied together for each step.
pub struct OnCpu<'a> {
    trained: CpuNetwork,
    rows: &'a Samples<'a>,
    class_weights: &'a [f32],
    x: Vec<f32>,
    labels: Vec<u16>,
    totals: Totals,
    validation_x: Vec<f32>,
    validation_labels: Vec<u16>,
}

impl<'a> OnCpu<'a> {
    pub fn new(network: Network, rows: &'a Samples<'a>, parts: &Parts, class_weights: &'a [f32]) -> Self {
        let (mut validation_x, mut validation_labels) = (Vec::new(), Vec::new());
        rows.gather(&parts.validation, &mut validation_x, &mut validation_labels);
        let (x, labels, totals) = (Vec::new(), Vec::new(), Totals::default());
        let trained = CpuNetwork::new(network);
        Self { trained, rows, class_weights, x, labels, totals, validation_x, validation_labels }
    }
}

impl Backend for OnCpu<'_> {
    async fn step(&mut self, rows: &[u32], rate: f32, l2: f32) -> Result<(), TrainError> {
        self.rows.gather(rows, &mut self.x, &mut self.labels);
        let totals = self.trained.step(&self.x, &self.labels, self.class_weights, rate, l2)?;
        self.totals.add(&totals);
        Ok(())
    }

    async fn totals(&mut self) -> Result<Totals, TrainError> {
        Ok(std::mem::take(&mut self.totals))
    }

    async fn validate(&mut self) -> Result<Totals, TrainError> {
        self.trained.measure(&self.validation_x, &self.validation_labels, self.class_weights)
    }

    async fn network(&mut self) -> Result<Network, TrainError> {
        Ok(self.trained.network.clone())
    }
}

/// Trains for at most `rounds` epochs.
///
/// # Errors
/// [`TrainError::Diverged`], and those of the backend.
pub(crate) async fn fit(
    backend: &mut impl Backend,
    parts: &Parts,
    options: &TrainOptions,
    rounds: u32,
    watch: &mut impl Watch,
) -> Result<Fitted, TrainError> {
    let mut curve = Curve::new(options.rounds, options.patience);
    let mut best = None;
    let mut source = draw::source(options.seed, Use::Order);
    let mut order = parts.training.clone();
    let mut stopped = false;
    let (batch, l2) = (batch(options, order.len()), options.l2 / order.len() as f32);
    'epochs: for epoch in 1..=rounds {
        draw::shuffle(&mut source, &mut order);
        for chosen in order.chunks(batch) {
            backend.step(chosen, rate(options, epoch), l2).await?;
            if !watch.pause().await && best.is_some() {
                stopped = true;
                break 'epochs;
            }
        }
        let training = backend.totals().await?;
        let validation = if parts.validation.is_empty() { None } else { Some(backend.validate().await?) };
        let (point, verdict) = curve.record(epoch, &training, validation.as_ref());
        match verdict {
            Verdict::Best => best = Some(backend.network().await?),
            Verdict::Lost => break,
            Verdict::Worse | Verdict::Enough => {}
        }
        let goes_on = watch.progress(&point).await;
        if verdict == Verdict::Enough {
            break;
        }
        if !goes_on {
            stopped = true;
            break;
        }
    }
    match (curve.best, best) {
        (Some(point), Some(network)) => Ok(Fitted { network, best: point, stopped }),
        _ => Err(TrainError::Diverged { round: 1, rate: options.learning_rate }),
    }
}

//! Small models, trained here on real rows, so that samples and journeys have real predictions.

use anyhow::{Context, Result};
use serde_json::json;

/// A table of numbers with a class index per row.
#[derive(Debug, Clone)]
pub struct Table {
    pub rows: Vec<Vec<f64>>,
    pub labels: Vec<usize>,
}

impl Table {
    /// Reads a canonical CSV (comma, header, no quotes needed) whose last column is the label if `classes` is given.
    ///
    /// # Errors
    /// When a cell is not a number or a label not a class.
    pub fn parse(csv: &str, classes: Option<&[String]>) -> Result<Self> {
        let mut table = Self { rows: Vec::new(), labels: Vec::new() };
        for line in csv.lines().skip(1) {
            let mut cells: Vec<&str> = line.split(',').collect();
            if let Some(classes) = classes {
                let label = cells.pop().context("a row has a label")?;
                table.labels.push(classes.iter().position(|c| c == label).context("a label is a class")?);
            }
            table.rows.push(cells.iter().map(|c| c.parse()).collect::<Result<_, _>>()?);
        }
        Ok(table)
    }
}

/// Softmax regression on standardised features.
#[derive(Debug, Clone)]
pub struct Softmax {
    mean: Vec<f64>,
    scale: Vec<f64>,
    /// One row a class, bias last.
    weights: Vec<Vec<f64>>,
}

impl Softmax {
    /// Trains by full-batch gradient descent. More `epochs`, better model; one is a poor one.
    pub fn train(table: &Table, classes: usize, epochs: usize) -> Self {
        let (n, width) = (table.rows.len() as f64, table.rows.first().map_or(0, Vec::len));
        let column = |j: usize| table.rows.iter().map(move |r| r[j]);
        let mean: Vec<f64> = (0..width).map(|j| column(j).sum::<f64>() / n).collect();
        let scale =
            (0..width).map(|j| (column(j).map(|x| (x - mean[j]).powi(2)).sum::<f64>() / n).sqrt().max(1e-9)).collect();
        let mut model = Self { mean, scale, weights: vec![vec![0.0; width + 1]; classes] };
        let inputs: Vec<Vec<f64>> = table.rows.iter().map(|r| model.input(r)).collect();
        for _ in 0..epochs {
            let mut gradient = vec![vec![0.0; width + 1]; classes];
            for (x, &label) in inputs.iter().zip(&table.labels) {
                for (k, p) in model.probabilities(x).into_iter().enumerate() {
                    let error = p - f64::from(u8::from(k == label));
                    gradient[k].iter_mut().zip(x).for_each(|(g, x)| *g += error * x);
                }
            }
            for (w, g) in model.weights.iter_mut().flatten().zip(gradient.iter().flatten()) {
                *w -= 0.5 * g / n;
            }
        }
        model
    }

    /// Class index of each row.
    pub fn predict(&self, table: &Table) -> Vec<u8> {
        let best = |row: &Vec<f64>| {
            let p = self.probabilities(&self.input(row));
            (0..p.len()).max_by(|&a, &b| p[a].total_cmp(&p[b])).unwrap_or(0) as u8
        };
        table.rows.iter().map(best).collect()
    }

    /// The model as a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Self { mean, scale, weights } = self;
        let file = json!({"kind": "softmax regression", "mean": mean, "scale": scale, "weights": weights});
        file.to_string().into_bytes()
    }

    fn input(&self, row: &[f64]) -> Vec<f64> {
        let standardised = row.iter().zip(&self.mean).zip(&self.scale).map(|((x, m), s)| (x - m) / s);
        standardised.chain([1.0]).collect()
    }

    fn probabilities(&self, x: &[f64]) -> Vec<f64> {
        let logits: Vec<f64> = self.weights.iter().map(|w| w.iter().zip(x).map(|(w, x)| w * x).sum()).collect();
        let top = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let powers: Vec<f64> = logits.iter().map(|l| (l - top).exp()).collect();
        let sum: f64 = powers.iter().sum();
        powers.into_iter().map(|p| p / sum).collect()
    }
}

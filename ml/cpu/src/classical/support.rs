//! Support vector machines, as libsvm and liblinear make them.

use ml_onnx::{Data, Node, Tensor};

use super::labels::Labels;
use super::linear::{dot, first_largest};
use super::rows::Rows;
use super::scores::{Second, Transform, logistic};
use crate::kernel::{Kernel, Reason, elements, input, one};

/// How alike two rows are.
#[derive(Debug, Clone, Copy)]
enum Likeness {
    Linear,
    Polynomial { gamma: f32, shift: f32, degree: f32 },
    Radial { gamma: f32 },
    Sigmoid { gamma: f32, shift: f32 },
}

impl Likeness {
    fn read(node: &Node) -> Result<Self, Reason> {
        let params = node.floats("kernel_params").unwrap_or_default();
        let (gamma, shift, degree) = match params {
            [] => (0.0, 0.0, 0.0),
            [gamma, shift, degree, ..] => (*gamma, *shift, *degree),
            _ => return Err("its kernel_params are not three.".into()),
        };
        match node.text("kernel_type").unwrap_or("LINEAR") {
            "LINEAR" => Ok(Self::Linear),
            "POLY" => Ok(Self::Polynomial { gamma, shift, degree }),
            "RBF" => Ok(Self::Radial { gamma }),
            "SIGMOID" => Ok(Self::Sigmoid { gamma, shift }),
            other => Err(Reason(format!("its kernel_type {other} is none that ONNX knows."))),
        }
    }

    fn of(self, a: &[f32], b: &[f32]) -> f32 {
        match self {
            Self::Linear => dot(a, b),
            Self::Polynomial { gamma, shift, degree } => {
                let value = fused(gamma, chained(a, b), shift);
                // Large powers cancel each other later, so they are computed as onnxruntime does, digit by digit.
                if degree == 2.0 {
                    value * value
                } else if degree == 3.0 {
                    value * value * value
                } else {
                    value.powf(degree)
                }
            }
            Self::Radial { gamma } => {
                let distance: f32 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
                (-gamma * distance).exp()
            }
            Self::Sigmoid { gamma, shift } => (gamma * dot(a, b) + shift).tanh(),
        }
    }
}

/// `a * b + c`, rounded once.
fn fused(a: f32, b: f32, c: f32) -> f32 {
    (f64::from(a) * f64::from(b) + f64::from(c)) as f32
}

/// A dot product from the first to the last, each step rounded once.
fn chained(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).fold(0.0, |sum, (&a, &b)| fused(a, b, sum))
}

/// Vectors of `features` numbers.
struct Vectors {
    features: usize,
    values: Vec<f32>,
}

impl Vectors {
    fn new(values: &[f32], count: usize) -> Result<Self, Reason> {
        if count == 0 || values.is_empty() || !values.len().is_multiple_of(count) {
            return Err(Reason(format!("its {} numbers do not make {count} vectors.", values.len())));
        }
        Ok(Self { features: values.len() / count, values: values.to_vec() })
    }

    fn fits(&self, rows: &Rows<'_>) -> Result<(), Reason> {
        if rows.features == self.features {
            return Ok(());
        }
        Err(Reason(format!("its input has {} features, but its vectors have {}.", rows.features, self.features)))
    }

    fn likeness(&self, row: &[f32], likeness: Likeness) -> Vec<f32> {
        self.values.chunks_exact(self.features).map(|vector| likeness.of(row, vector)).collect()
    }
}

struct Regressor {
    likeness: Likeness,
    vectors: Vectors,
    /// One for each vector; `None` where the only vector is the weights themselves.
    coefficients: Option<Vec<f32>>,
    shift: f32,
    /// Only whether a row belongs: 1 or -1.
    one_class: bool,
}

pub(super) fn regressor(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let coefficients = node.floats("coefficients").ok_or("its coefficients are missing.")?;
    let count = usize::try_from(node.int("n_supports", 0)).unwrap_or(0);
    let shift = node.floats("rho").and_then(|rho| rho.first().copied()).unwrap_or(0.0);
    let one_class = node.int("one_class", 0) != 0;
    let (likeness, vectors, coefficients) = if count > 0 {
        if coefficients.len() != count {
            return Err(Reason(format!("it has {} coefficients for {count} vectors.", coefficients.len())));
        }
        let vectors = Vectors::new(node.floats("support_vectors").unwrap_or_default(), count)?;
        (Likeness::read(node)?, vectors, Some(coefficients.to_vec()))
    } else {
        (Likeness::Linear, Vectors::new(coefficients, 1)?, None)
    };
    Ok(Box::new(Regressor { likeness, vectors, coefficients, shift, one_class }))
}

impl Kernel for Regressor {
    fn run(&self, inputs: &[Option<&Tensor>]) -> Result<Vec<Tensor>, Reason> {
        let rows = Rows::read(input(inputs, 0)?)?;
        self.vectors.fits(&rows)?;
        let mut values = Vec::with_capacity(rows.count);
        for row in rows.values.chunks_exact(rows.features) {
            let alike = self.vectors.likeness(row, self.likeness);
            let sum = match &self.coefficients {
                Some(coefficients) => dot(&alike, coefficients),
                None => alike.first().copied().unwrap_or(0.0),
            };
            let value = sum + self.shift;
            values.push(match self.one_class {
                true if value > 0.0 => 1.0,
                true => -1.0,
                false => value,
            });
        }
        one(vec![rows.count, 1], Data::F32(values))
    }
}

struct Classifier {
    labels: Labels,
    likeness: Likeness,
    vectors: Vectors,
    coefficients: Vec<f32>,
    rho: Vec<f32>,
    /// Slopes and shifts of the pairs' probabilities (Platt), where the model has them.
    probabilities: Option<(Vec<f32>, Vec<f32>)>,
    /// First vector and number of vectors of each class; empty for liblinear.
    classes: Vec<(usize, usize)>,
    positive: bool,
    transform: Transform,
}

pub(super) fn classifier(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let labels = Labels::read(node, "classlabels_ints")?;
    let coefficients = node.floats("coefficients").ok_or("its coefficients are missing.")?.to_vec();
    let rho = node.floats("rho").unwrap_or_default().to_vec();
    let lengths = node.ints("vectors_per_class").unwrap_or_default();
    let mut classes = Vec::with_capacity(lengths.len());
    let mut total = 0_usize;
    for &length in lengths {
        let length = usize::try_from(length).map_err(|_| Reason("one of its vectors_per_class is negative.".into()))?;
        classes.push((total, length));
        total = total.saturating_add(length);
    }
    let (a, b) = (node.floats("prob_a").unwrap_or_default(), node.floats("prob_b").unwrap_or_default());
    let pairs = labels.len().checked_mul(labels.len().saturating_sub(1)).ok_or("it has too many labels.")? / 2;
    let (likeness, vectors) = if total > 0 {
        if classes.len() != labels.len() || labels.len() < 2 {
            return Err(Reason(format!("it has vectors for {} classes but {} labels.", classes.len(), labels.len())));
        }
        let wanted = (labels.len() - 1).checked_mul(total);
        if wanted.is_none_or(|wanted| coefficients.len() < wanted) || rho.len() < pairs {
            return Err("it has too few coefficients or too few rho.".into());
        }
        if a.len() != b.len() || (!a.is_empty() && a.len() < pairs) {
            return Err("its prob_a and prob_b do not fit its classes.".into());
        }
        let vectors = Vectors::new(node.floats("support_vectors").unwrap_or_default(), total)?;
        (Likeness::read(node)?, vectors)
    } else {
        classes.clear();
        (Likeness::Linear, Vectors::new(&coefficients, labels.len())?)
    };
    let positive = coefficients.iter().all(|&value| value >= 0.0);
    let probabilities = (!a.is_empty() && total > 0).then(|| (a.to_vec(), b.to_vec()));
    let transform = Transform::read(node)?;
    Ok(Box::new(Classifier {
        labels,
        likeness,
        vectors,
        coefficients,
        rho,
        probabilities,
        classes,
        positive,
        transform,
    }))
}

impl Kernel for Classifier {
    fn run(&self, inputs: &[Option<&Tensor>]) -> Result<Vec<Tensor>, Reason> {
        let rows = Rows::read(input(inputs, 0)?)?;
        self.vectors.fits(&rows)?;
        let mut chosen = Vec::with_capacity(rows.count);
        let mut scores = Vec::new();
        for row in rows.values.chunks_exact(rows.features) {
            let (class, mut row_scores) = if self.classes.is_empty() { self.linear(row) } else { self.pairs(row) };
            match (row_scores.as_slice(), self.classes.is_empty()) {
                // Two classes have one margin.
                ([margin], false) => {
                    let second = if self.transform == Transform::None { Second::Opposite } else { Second::Complement };
                    row_scores = self.transform.two(*margin, second).to_vec();
                }
                _ => self.transform.apply(&mut row_scores),
            }
            chosen.push(class);
            scores.extend(row_scores);
        }
        let width = scores.len() / rows.count.max(1);
        elements(&[rows.count, width])?;
        Ok(vec![self.labels.name(&chosen)?, Tensor::new(vec![rows.count, width], Data::F32(scores))?])
    }
}

impl Classifier {
    /// liblinear: one weighted sum for each class.
    fn linear(&self, row: &[f32]) -> (usize, Vec<f32>) {
        let shift = self.rho.first().copied().unwrap_or(0.0);
        let scores: Vec<f32> = self.vectors.likeness(row, self.likeness).iter().map(|v| v + shift).collect();
        let best = first_largest(&scores);
        let largest = scores.get(best).copied().unwrap_or(0.0);
        let second = (self.positive && largest >= 0.5) || (!self.positive && largest > 0.0);
        let class = if self.labels.len() == 2 && second { 1 } else { best };
        (class, scores)
    }

    /// libsvm: each pair of classes votes.
    fn pairs(&self, row: &[f32]) -> (usize, Vec<f32>) {
        let alike = self.vectors.likeness(row, self.likeness);
        let count = self.classes.len();
        let total = alike.len();
        let mut votes = vec![0_usize; count];
        let mut margins = Vec::with_capacity(count * (count - 1) / 2);
        for i in 0..count {
            for j in i + 1..count {
                let part = |class: usize, line: usize| -> f64 {
                    let (start, length) = self.classes[class];
                    let weights = self.coefficients.iter().skip(line * total + start).take(length);
                    weights.zip(alike.iter().skip(start)).map(|(w, k)| f64::from(w * k)).sum()
                };
                let rho = self.rho.get(margins.len()).copied().unwrap_or(0.0);
                let sum = part(i, j - 1) + part(j, i) + f64::from(rho);
                margins.push(sum as f32);
                votes[if sum > 0.0 { i } else { j }] += 1;
            }
        }
        let most = votes.iter().copied().max().unwrap_or(0);
        let class = votes.iter().position(|&v| v == most).unwrap_or(0);
        match &self.probabilities {
            Some((a, b)) => (class, couple(count, &margins, a, b)),
            None => (class, margins),
        }
    }
}

/// The probability of each class from those of the pairs. Source: Wu, Lin and Weng 2004, second method, as in libsvm.
fn couple(count: usize, margins: &[f32], a: &[f32], b: &[f32]) -> Vec<f32> {
    let mut r = vec![0.0_f32; count * count];
    let mut pair = 0;
    for i in 0..count {
        for j in i + 1..count {
            let probability = 1.0 - logistic(margins[pair] * a[pair] + b[pair]);
            let probability = probability.clamp(1e-7, 1.0 - 1e-7);
            r[i * count + j] = probability;
            r[j * count + i] = 1.0 - probability;
            pair += 1;
        }
    }
    let mut q = vec![0.0_f32; count * count];
    for i in 0..count {
        for j in (0..count).filter(|&j| j != i) {
            q[i * count + i] += r[j * count + i] * r[j * count + i];
            q[i * count + j] = -r[j * count + i] * r[i * count + j];
        }
    }
    let mut p = vec![1.0 / count as f32; count];
    let limit = 0.005 / count as f32;
    for _ in 0..100 {
        let mut qp: Vec<f32> = (0..count).map(|i| (0..count).map(|j| q[i * count + j] * p[j]).sum::<f32>()).collect();
        let mut pqp: f32 = p.iter().zip(&qp).map(|(p, qp)| p * qp).sum();
        if qp.iter().all(|qp| (qp - pqp).abs() < limit) {
            break;
        }
        for i in 0..count {
            let step = (pqp - qp[i]) / q[i * count + i];
            p[i] += step;
            pqp = (pqp + step * (step * q[i * count + i] + 2.0 * qp[i])) / (1.0 + step) / (1.0 + step);
            for j in 0..count {
                qp[j] = (qp[j] + step * q[i * count + j]) / (1.0 + step);
                p[j] /= 1.0 + step;
            }
        }
    }
    p
}

//! What turns a classifier's or regressor's scores into what it gives: `post_transform`.

use ml_onnx::Node;

use crate::kernel::Reason;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transform {
    None,
    Logistic,
    Softmax,
    SoftmaxZero,
    Probit,
}

/// How one score of two classes becomes two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Second {
    /// It is a probability: the other class has what is missing to 1.
    Complement,
    /// It is a margin: the other class has its opposite.
    Opposite,
}

impl Transform {
    pub(super) fn read(node: &Node) -> Result<Self, Reason> {
        match node.text("post_transform").unwrap_or("NONE") {
            "NONE" => Ok(Self::None),
            "LOGISTIC" => Ok(Self::Logistic),
            "SOFTMAX" => Ok(Self::Softmax),
            "SOFTMAX_ZERO" => Ok(Self::SoftmaxZero),
            "PROBIT" => Ok(Self::Probit),
            other => Err(Reason(format!("its post_transform {other} is none that ONNX knows."))),
        }
    }

    /// By the number that `TreeEnsemble` of version 5 gives it.
    pub(super) fn numbered(number: i64) -> Result<Self, Reason> {
        match number {
            0 => Ok(Self::None),
            1 => Ok(Self::Softmax),
            2 => Ok(Self::Logistic),
            3 => Ok(Self::SoftmaxZero),
            4 => Ok(Self::Probit),
            other => Err(Reason(format!("its post_transform {other} is none that ONNX knows."))),
        }
    }

    /// Transforms the scores of one row with two or more of them, or the only one of a regressor.
    pub(super) fn apply(self, scores: &mut [f32]) {
        match self {
            Self::None => {}
            Self::Logistic => scores.iter_mut().for_each(|score| *score = logistic(*score)),
            Self::Probit => scores.iter_mut().for_each(|score| *score = probit(*score)),
            Self::Softmax => softmax(scores),
            Self::SoftmaxZero => softmax_zero(scores),
        }
    }

    /// The scores of both classes from the only one that was computed.
    pub(super) fn two(self, score: f32, second: Second) -> [f32; 2] {
        match (self, second) {
            (Self::Probit, _) => [probit(score), 0.0],
            (Self::Logistic, _) => [logistic(-score), logistic(score)],
            (_, Second::Complement) => [1.0 - score, score],
            (_, Second::Opposite) => [-score, score],
        }
    }
}

pub(super) fn logistic(value: f32) -> f32 {
    let positive = 1.0 / (1.0 + (-value.abs()).exp());
    if value < 0.0 { 1.0 - positive } else { positive }
}

/// The quantile of the normal distribution, by Winitzki's approximation of the inverse error function.
fn probit(value: f32) -> f32 {
    std::f32::consts::SQRT_2 * inverse_erf(2.0 * value - 1.0)
}

fn inverse_erf(x: f32) -> f32 {
    let sign = if x < 0.0 { -1.0 } else { 1.0 };
    let log = ((1.0 - x) * (1.0 + x)).ln();
    // The approximation's own three-digit constants.
    #[allow(clippy::approx_constant)]
    let v = 2.0 / (3.14159 * 0.147) + 0.5 * log;
    let v2 = 1.0 / 0.147 * log;
    sign * (-v + (v * v - v2).sqrt()).sqrt()
}

fn softmax(scores: &mut [f32]) {
    let largest = scores.iter().copied().fold(f32::MIN, f32::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - largest).exp();
        sum += *score;
    }
    scores.iter_mut().for_each(|score| *score /= sum);
}

/// As softmax, but scores of zero stay zero.
fn softmax_zero(scores: &mut [f32]) {
    let largest = scores.iter().copied().fold(f32::MIN, f32::max);
    let shrunk = (-largest).exp();
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        if score.abs() > 1e-7 {
            *score = (*score - largest).exp();
            sum += *score;
        } else {
            *score *= shrunk;
        }
    }
    scores.iter_mut().for_each(|score| *score /= sum);
}

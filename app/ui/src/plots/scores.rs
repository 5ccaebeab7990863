use leptos::prelude::*;
use ml_task::Prediction;
use shared_model::shape::ClassifierKind;

use super::words::{self, Kind};
use crate::{format, tables::name::Name};

/// The scores of a prediction with its margin: which class, and how clearly.
#[component]
pub fn Scores(kind: ClassifierKind, classes: Vec<String>, scores: Vec<i128>) -> impl IntoView {
    let shown = shares(kind, &scores);
    // Ties go to the lowest class, as on chain.
    let best = (0..scores.len()).rev().max_by_key(|&i| scores[i]).unwrap_or(0);
    let second = (0..scores.len()).filter(|&i| i != best).max_by_key(|&i| scores[i]);
    let name = |i: usize| classes.get(i).cloned().unwrap_or_else(|| format!("class {i}"));
    let margin = second.map(|second| {
        let text = match kind {
            ClassifierKind::NaiveBayes => {
                format!("{:.1} % against {:.1} % for {}", 100.0 * shown[best], 100.0 * shown[second], name(second))
            }
            ClassifierKind::DenseCentroid | ClassifierKind::SparseCentroid => {
                let farther = number(kind, scores[best].saturating_sub(scores[second]));
                format!("is nearest; {} is {farther} farther", name(second))
            }
            _ => format!("ahead of {} by {}", name(second), number(kind, scores[best].saturating_sub(scores[second]))),
        };
        view! { <span class="soft">{text}</span> }
    });
    let rows = (0..scores.len()).map(|i| {
        let value = match kind {
            _ if scores[i] == i128::MIN => "not taught yet".to_owned(),
            ClassifierKind::NaiveBayes => format!("{:.1} %", 100.0 * shown[i]),
            // What it is near is told by distances, not by scores below zero.
            ClassifierKind::DenseCentroid | ClassifierKind::SparseCentroid => number(kind, scores[i].saturating_neg()),
            _ => number(kind, scores[i]),
        };
        bar(name(i), shown[i], value, i == best)
    });
    view! {
        <div class="stack tight" id="prediction" role="status">
            <p class="row tight">
                <span class="verdict">{name(best)}</span>
                {margin}
            </p>
            <div class="scores">{rows.collect_view()}</div>
            <p class="small soft">{unit(kind)}</p>
        </div>
    }
}

/// Classes that are shown; a model may have hundreds.
const SHOWN: usize = 10;

/// What a published model says about one row: its class and the scores of all, highest first. `named` says whether the
/// file or a bounty names the classes.
#[component]
pub fn Answered(prediction: Prediction, named: bool) -> impl IntoView {
    let said = words::about(&prediction, named);
    let Prediction { label, scores, outputs } = prediction;
    let kind = Kind::of(&scores);
    // Scores without a scale of their own are drawn as their softmax.
    let high = scores.iter().fold(f32::NEG_INFINITY, |high, (_, score)| high.max(*score));
    let whole: f32 = scores.iter().map(|(_, score)| (score - high).exp()).sum();
    let rows = scores.iter().take(SHOWN).enumerate().map(|(i, (class, score))| {
        let (share, value) = match kind {
            Kind::Shares => (*score, format!("{:.1} %", 100.0 * score.clamp(0.0, 1.0))),
            Kind::Apart => (*score, format!("{score:.4}")),
            Kind::Unbounded => ((score - high).exp() / whole, format!("{score:.4}")),
        };
        bar(class.clone(), share.into(), value, i == 0)
    });
    let more = scores.len().saturating_sub(SHOWN);
    // Scores of classes say all that the outputs say; numbers that nobody calls so may be something else.
    let are_classes = named || kind == Kind::Shares;
    let outputs = if scores.is_empty() || !are_classes { outputs } else { Vec::new() };
    view! {
        <div class="stack tight" id="prediction" role="status">
            <p class="verdict breakable">{label}</p>
            <div class="scores">{rows.collect_view()}</div>
            {(more > 0).then(|| view! { <p class="small soft">{format!("and {} more", format::count(more as u64))}</p> })}
            {(!said.is_empty()).then(|| view! { <p class="small soft">{said.join(" ")}</p> })}
            {(!outputs.is_empty())
                .then(|| {
                    view! {
                        <dl class="pairs">
                            {outputs
                                .into_iter()
                                .map(|(name, text)| {
                                    view! {
                                        <dt>{name}</dt>
                                        <dd class="mono">{text}</dd>
                                    }
                                })
                                .collect_view()}
                        </dl>
                    }
                })}
        </div>
    }
}

/// A name, a length from 0 to 1, and what it stands for.
fn bar(name: String, share: f64, value: String, best: bool) -> impl IntoView {
    let said = format!("Score of {name}");
    view! {
        <span class="breakable" class:best=best><Name text=name /></span>
        <meter min="0" max="1" value=format!("{share:.4}") aria-label=said></meter>
        <span class="number" class:best=best>
            {value}
        </span>
    }
}

/// What the numbers are.
fn unit(kind: ClassifierKind) -> &'static str {
    match kind {
        ClassifierKind::DensePerceptron | ClassifierKind::SparsePerceptron => {
            "Scores are weighted sums; the highest wins."
        }
        ClassifierKind::NaiveBayes => "Not calibrated: trust the order, not the percentages.",
        ClassifierKind::DenseCentroid | ClassifierKind::SparseCentroid => {
            "Squared distances to each class's mean: the nearest wins, and has the longest bar."
        }
    }
}

/// A score in units of 1.0.
fn number(kind: ClassifierKind, score: i128) -> String {
    let one = match kind {
        ClassifierKind::DensePerceptron | ClassifierKind::DenseCentroid => 1e12,
        ClassifierKind::SparsePerceptron => 1e6,
        ClassifierKind::NaiveBayes | ClassifierKind::SparseCentroid => 4_294_967_296.0,
    };
    format!("{:.4}", score as f64 / one)
}

/// A length between 0 and 1 for each score: probabilities for naive Bayes, else the place between worst and best.
fn shares(kind: ClassifierKind, scores: &[i128]) -> Vec<f64> {
    let taught = || scores.iter().copied().filter(|&s| s != i128::MIN);
    let (Some(low), Some(high)) = (taught().min(), taught().max()) else { return vec![0.0; scores.len()] };
    let share = |score: i128| match kind {
        _ if score == i128::MIN => 0.0,
        ClassifierKind::NaiveBayes => ((score - high) as f64 / 4_294_967_296.0).exp2(),
        _ if high == low => 1.0,
        _ => (score - low) as f64 / (high - low) as f64,
    };
    let shares: Vec<f64> = scores.iter().map(|&s| share(s)).collect();
    let sum: f64 = if kind == ClassifierKind::NaiveBayes { shares.iter().sum() } else { 1.0 };
    shares.into_iter().map(|s| s / sum).collect()
}

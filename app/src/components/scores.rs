use leptos::prelude::*;
use protocol::shared_model::shape::ClassifierKind;

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
            _ => format!("ahead of {} by {}", name(second), number(kind, scores[best].saturating_sub(scores[second]))),
        };
        view! { <span class="soft">{text}</span> }
    });
    let rows = (0..scores.len()).map(|i| {
        let value = match kind {
            _ if scores[i] == i128::MIN => "not taught yet".to_owned(),
            ClassifierKind::NaiveBayes => format!("{:.1} %", 100.0 * shown[i]),
            _ => number(kind, scores[i]),
        };
        view! {
            <span class:best=i == best>{name(i)}</span>
            <meter min="0" max="1" value=format!("{:.4}", shown[i]) aria-label=format!("Score of {}", name(i))></meter>
            <span class="number" class:best=i == best>
                {value}
            </span>
        }
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

/// What the numbers are.
fn unit(kind: ClassifierKind) -> &'static str {
    match kind {
        ClassifierKind::DensePerceptron | ClassifierKind::SparsePerceptron => {
            "Scores are weighted sums; the highest wins."
        }
        ClassifierKind::NaiveBayes => {
            "Shares follow from the words' counts, as if each word spoke for itself; take them as an order, not as odds."
        }
        ClassifierKind::DenseCentroid | ClassifierKind::SparseCentroid => {
            "Scores are squared distances to each class's mean, negated: nearest wins."
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

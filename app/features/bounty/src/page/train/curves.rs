//! Loss and accuracy by epoch, or by tree, on the rows trained on and on those kept aside.

use leptos::prelude::*;
use ml_task::{Algorithm, Point};

use super::options::step;
use app_ui::plots::chart::{Chart, Label, Line};

#[component]
pub fn Curves(points: RwSignal<Vec<Point>>, algorithm: RwSignal<Algorithm>) -> impl IntoView {
    let losses = Signal::derive(move || {
        points.with(|p| lines(p, |p| Some(p.train_loss.into()), |p| p.validation_loss.map(f64::from)))
    });
    let accuracies = Signal::derive(move || {
        points.with(|p| lines(p, |p| Some(percent(p.train_accuracy)), |p| p.validation_accuracy.map(percent)))
    });
    let step = Memo::new(move |_| step(algorithm.get()));
    let said = move |what: &'static str, end: fn(&Point) -> Option<f32>| {
        Signal::derive(move || {
            let step = step.get();
            points.with(|p| match (p.first().and_then(end), p.last().and_then(end)) {
                (Some(first), Some(last)) => format!("{what} by {step}, from {first:.3} to {last:.3}."),
                _ => format!("{what} by {step}."),
            })
        })
    };
    view! {
        <div class="charts" id="curves">
            {move || {
                let x_label: Label = if step.get() == "tree" { tree } else { epoch };
                view! {
                    <div class="stack tight">
                        <h3>"Loss"</h3>
                        <Chart
                            lines=losses
                            summary=said("Loss", |p| p.validation_loss.or(Some(p.train_loss)))
                            x_label=x_label
                            y_label=loss
                        />
                    </div>
                    <div class="stack tight">
                        <h3>"Accuracy"</h3>
                        <Chart
                            lines=accuracies
                            summary=said("Accuracy", |p| p.validation_accuracy.or(Some(p.train_accuracy)))
                            x_label=x_label
                            y_label=per_cent
                        />
                    </div>
                }
            }}
        </div>
    }
}

fn lines(points: &[Point], train: fn(&Point) -> Option<f64>, validation: fn(&Point) -> Option<f64>) -> Vec<Line> {
    let line = |name: &str, read: fn(&Point) -> Option<f64>| Line {
        name: name.to_owned(),
        points: points.iter().filter_map(|p| Some((p.round.into(), read(p)?))).collect(),
        steps: false,
    };
    let both = [line("Validation rows", validation), line("Trained on", train)];
    both.into_iter().filter(|line| !line.points.is_empty()).collect()
}

fn percent(share: f32) -> f64 {
    100.0 * f64::from(share)
}

fn epoch(at: f64) -> String {
    format!("epoch {at:.0}")
}

fn tree(at: f64) -> String {
    format!("tree {at:.0}")
}

fn loss(value: f64) -> String {
    // Ticks are round numbers; a loss near zero needs its digits.
    if value.abs() < 0.01 && value != 0.0 { format!("{value:.0e}") } else { format!("{}", (value * 1e3).round() / 1e3) }
}

fn per_cent(value: f64) -> String {
    format!("{} %", (value * 10.0).round() / 10.0)
}

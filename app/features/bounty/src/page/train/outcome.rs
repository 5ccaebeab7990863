//! What came of training, and the way to a submission.

use std::sync::Arc;

use dataset::likely_shares;
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use ml_task::{Engine, Summary};
use web_sys::{File, FilePropertyBag};

use super::{super::act::submit, PageState, judged::TrainedRun, options::step};
use app_core::action::ActionError;
use app_ui::{
    download,
    evaluation::{Evaluation, words},
    format,
    icon::Icon,
    messages::notice::{Notice, Problem},
};

#[component]
pub fn Outcome(context: PageState, run: Arc<TrainedRun>, unsaved: RwSignal<bool>) -> impl IntoView {
    let trained = &run.trained;
    let best = trained.summary.best;
    let OutcomeText { verdict, note, facts, dropped } = OutcomeText::of(&trained.summary, &run);
    let stopped = trained.summary.stopped;
    let judged = Arc::clone(&run);
    let (save_model, save_predictions) = (Arc::clone(&run), Arc::clone(&run));
    let missing = RwSignal::new(false);
    let taken = RwSignal::new_local(None::<File>);
    let selection = context.selection;
    let error = RwSignal::new(None::<String>);
    let press = move |_| {
        let made = file("predictions.txt", "text/plain", &run.trained.predictions).and_then(|predictions| {
            Ok((predictions, file("model.onnx", "application/octet-stream", &run.trained.model)?))
        });
        let (predictions, model) = match made {
            Ok(made) => made,
            Err(e) => return error.set(Some(e.to_string())),
        };
        // One of these panels is there for those who may submit or replace now; it checks the predictions like any that
        // were chosen.
        let panel = submit::PANELS.iter().find_map(|id| document().get_element_by_id(id));
        missing.set(panel.is_none());
        if let Some(panel) = panel {
            error.set(None);
            taken.set(Some(predictions.clone()));
            selection.predictions.file.set(Some(predictions));
            selection.model.set(Some(model));
            panel.scroll_into_view();
        }
    };
    let press_model = move |_| {
        download::save("model.onnx", &save_model.trained.model);
        unsaved.set(false);
    };
    // Until another file is chosen there.
    let is_taken = move || taken.with(|t| t.is_some() && selection.predictions.file.with(|f| f == t));
    view! {
        <div class="stack" id="trained" role="status" data-validation=best.validation_accuracy.map(|share| share.to_string())>
            <div class="stack tight">
                <p class="verdict">{verdict}</p>
                <p class="soft">{note}</p>
                <p class="small soft">{facts}</p>
                {dropped.map(|text| view! { <p class="small soft">{text}</p> })}
            </div>
            <Judged run=judged />
            {stopped.then(|| view! { <Notice>"Stopped by you; this is the best until then."</Notice> })}
            <Problem error=error />
            <div class="row">
                <button class="button primary" type="button" id="use-trained" on:click=press>
                    "Use these for my submission"
                </button>
                <button class="button" type="button" id="save-predictions" on:click=move |_| download::save("predictions.txt", &save_predictions.trained.predictions)>
                    <Icon name="download" />
                    "Predictions"
                </button>
                <button class="button" type="button" id="save-model" on:click=press_model>
                    <Icon name="download" />
                    "Model"
                </button>
            </div>
            {move || {
                if missing.get() {
                    Some(
                        view! {
                            <Notice tone="warn">
                                "This account cannot submit to this bounty now: it posted it, or the deadline has passed. Save predictions and model if you want to keep them."
                            </Notice>
                        }
                            .into_any(),
                    )
                } else if is_taken() && selection.predictions.good() {
                    Some(view! { <Notice tone="good">"Predictions and model are in the submission above."</Notice> }.into_any())
                } else {
                    None
                }
            }}
        </div>
    }
}

/// What the score rests on: rows that the model had not seen.
#[component]
fn Judged(run: Arc<TrainedRun>) -> impl IntoView {
    let counted = run.counted();
    (counted.rows() > 0).then(|| {
        let baseline = words::always(&counted, &run.options.classes);
        let folds = run.spread().zip(run.folded.as_ref()).map(|(spread, folded)| {
            format!("Cross-validation in {} parts: {} right.", folded.scores.len(), words::spread(spread))
        });
        view! {
            <div class="stack tight small">
                {folds.map(|text| view! { <p id="folds">{text}</p> })}
                {baseline.map(|text| view! { <p id="training-baseline">{text}</p> })}
            </div>
            <details>
                <summary id="training-evaluation">"Which classes it tells apart"</summary>
                <Evaluation counted=counted classes=run.options.classes.clone() />
            </details>
        }
    })
}

/// What is said of a trained model.
struct OutcomeText {
    verdict: String,
    note: String,
    facts: String,
    /// What nothing was learned from.
    dropped: Option<String>,
}

impl OutcomeText {
    fn of(summary: &Summary, run: &TrainedRun) -> Self {
        let best = summary.best;
        let (verdict, note) = match best.validation_accuracy {
            Some(share) => (
                format!("{:.1} % correct on rows kept aside", 100.0 * share),
                expectation(share.into(), summary.validation_rows),
            ),
            None => (
                format!("{:.1} % correct on the rows it was trained on", 100.0 * best.train_accuracy),
                "No rows were kept aside, so how it does on new rows is not known.".into(),
            ),
        };
        let last = run.points.last().copied().unwrap_or(best);
        let engine = match summary.engine {
            Engine::Cpu => "the CPU",
            Engine::Gpu => "WebGPU",
        };
        let facts = format!(
            "Best after {} {} of {}; {} on {engine}; {}, {}.",
            step(run.options.algorithm),
            best.round,
            last.round,
            format::span(f64::from(last.seconds) * 1e6),
            format::plural(summary.parameters, "parameter"),
            format::bytes(summary.model_bytes),
        );
        let dropped = (!summary.dropped.is_empty())
            .then(|| format!("Nothing was learned from these columns: {}.", summary.dropped.join("; ")));
        Self { verdict, note, facts, dropped }
    }
}

/// What may be expected on the test rows.
fn expectation(share: f64, rows: u64) -> String {
    let (low, high) = likely_shares(share, rows);
    format!(
        "Counted on {}, so expect {:.0} to {:.0} % on many more rows like these; nobody but the requester knows the labels of the test rows yet.",
        format::plural(rows, "row"),
        100.0 * low,
        100.0 * high
    )
}

/// A file of the page, as if it had been chosen.
fn file(name: &str, kind: &str, bytes: &[u8]) -> Result<File, ActionError> {
    let options = FilePropertyBag::new();
    options.set_type(kind);
    let parts = Array::of1(&Uint8Array::from(bytes));
    File::new_with_u8_array_sequence_and_options(&parts, name, &options).map_err(|_| ActionError::File)
}

//! What came of training, and the way to a submission.

use std::sync::Arc;

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use ml_task::{Engine, Point};
use web_sys::{File, FilePropertyBag};

use super::Shown;
use crate::{
    actions::ActionError,
    components::{
        busy_button::BusyButton,
        icon::Icon,
        notice::Notice,
        run::{Run, RunState},
    },
    download, format,
    pages::bounty::submit,
    workers::models::Trained,
};

#[component]
pub fn Outcome(shown: Shown, trained: Arc<Trained>, points: RwSignal<Vec<Point>>) -> impl IntoView {
    let summary = trained.summary.clone();
    let best = summary.best;
    let (verdict, note) = match best.validation_accuracy {
        Some(share) => (
            format!("{:.1} % correct on rows kept aside", 100.0 * share),
            "Expect about that on the test rows; nobody but the requester knows their labels yet.",
        ),
        None => (
            format!("{:.1} % correct on the rows it was trained on", 100.0 * best.train_accuracy),
            "No rows were kept aside, so how it does on new rows is not known.",
        ),
    };
    let seconds = points.with_untracked(|p| p.last().map_or(best.seconds, |last| last.seconds));
    let engine = match summary.engine {
        Engine::Cpu => "the CPU",
        Engine::Gpu => "WebGPU",
    };
    let facts = format!(
        "Best in round {} of {}; {} on {engine}; {}, {}.",
        best.round,
        points.with_untracked(|p| p.last().map_or(best.round, |last| last.round)),
        format::span(f64::from(seconds) * 1e6),
        format::plural(summary.parameters, "parameter"),
        format::bytes(summary.model_bytes),
    );
    let (save_model, save_predictions) = (Arc::clone(&trained), Arc::clone(&trained));
    let run = Run::new();
    let missing = RwSignal::new(false);
    let taken = RwSignal::new(false);
    let press = Callback::new(move |()| {
        let trained = Arc::clone(&trained);
        run.start(async move {
            let predictions = file("predictions.txt", "text/plain", &trained.predictions)?;
            let model = file("model.onnx", "application/octet-stream", &trained.model)?;
            let checked = submit::check(shown, &predictions).await;
            shown.selection.predictions.try_set(Some(checked));
            shown.selection.model.try_set(Some(model));
            taken.try_set(true);
            // The panel is only there for those who may submit.
            match document().get_element_by_id("submit") {
                Some(panel) => {
                    missing.try_set(false);
                    panel.scroll_into_view();
                }
                None => {
                    missing.try_set(true);
                }
            }
            Ok::<(), ActionError>(())
        });
    });
    view! {
        <div class="stack" id="trained" role="status" data-validation=best.validation_accuracy.map(|share| share.to_string())>
            <div class="stack tight">
                <p class="verdict">{verdict}</p>
                <p class="soft">{note}</p>
                <p class="small soft">{facts}</p>
            </div>
            {summary.stopped.then(|| view! { <Notice>"Stopped by you; this is the best until then."</Notice> })}
            <RunState run=run />
            <div class="row">
                <BusyButton label="Use these for my submission" class="primary" id="use-trained" busy=run.busy on_press=press />
                <button class="button" type="button" id="save-predictions" on:click=move |_| download::save("predictions.txt", &save_predictions.predictions)>
                    <Icon name="download" />
                    "Predictions"
                </button>
                <button class="button" type="button" id="save-model" on:click=move |_| download::save("model.onnx", &save_model.model)>
                    <Icon name="download" />
                    "Model"
                </button>
            </div>
            {move || {
                if missing.get() {
                    Some(
                        view! { <Notice tone="warn">"This account cannot submit to this bounty: it posted it, or has submitted already."</Notice> }
                            .into_any(),
                    )
                } else if taken.get() {
                    Some(view! { <Notice tone="good">"Predictions and model are in the submission above."</Notice> }.into_any())
                } else {
                    None
                }
            }}
        </div>
    }
}

/// A file of the page, as if it had been chosen.
fn file(name: &str, kind: &str, bytes: &[u8]) -> Result<File, ActionError> {
    let options = FilePropertyBag::new();
    options.set_type(kind);
    let parts = Array::of1(&Uint8Array::from(bytes));
    File::new_with_u8_array_sequence_and_options(&parts, name, &options).map_err(|_| ActionError::File)
}

use std::sync::Arc;

use leptos::prelude::*;
use ml_task::Context;
use protocol::Address;

use super::evidence::Evidence;
use app_core::{
    content, measured,
    workers::{
        WorkError,
        models::{Importances, MAX_MODEL, MAX_TABLE, Models},
    },
};
use app_ui::{
    controls::busy_button::BusyButton,
    evaluation::Columns,
    format,
    messages::run::{Run, RunState},
};

/// How often each column is shuffled.
const REPETITIONS: u32 = 5;

/// Which columns a revealed model looks at: each is shuffled, and the fall of the score is told.
#[component]
pub fn ImportancePanel(evidence: Evidence, trainer: Address, truth: Arc<Vec<u8>>) -> impl IntoView {
    let models = StoredValue::new_local(Models::default());
    on_cleanup(move || {
        if let Some(models) = models.try_get_value() {
            models.end();
        }
    });
    let run = Run::new();
    let at = RwSignal::new(None::<(u64, u64)>);
    let found = RwSignal::new(None::<Importances>);
    let press = Callback::new(move |()| {
        found.set(None);
        let (models, truth) = (models.get_value(), truth.clone());
        run.start(async move {
            let ended = match models.unless_stopped(prepare(evidence, trainer, &models, run)).await {
                // From here on a stop leaves the columns that are done.
                Ok(Ok(table)) => shuffle(&models, &table, &truth, run, at).await,
                Ok(Err(e)) | Err(e) => Err(e),
            };
            // What it held is not needed again.
            models.end();
            at.try_set(None);
            match ended {
                Ok(importances) => {
                    found.try_set(Some(importances));
                }
                Err(WorkError::Stopped) => run.ends_with("Stopped before a column was done."),
                Err(e) => return Err(e.to_string()),
            }
            Ok(())
        });
    });
    view! {
        <div class="stack tight">
            <h4>"Which columns count"</h4>
            <p class="small soft">
                {format!(
                    "Runs the revealed model here on the test data, each column shuffled {REPETITIONS} times: where the score falls, the model looks at the column. Of two columns that say the same, both may seem to count little.",
                )}
            </p>
            <div class="row">
                <BusyButton label="Shuffle the columns" id="start-importance" class="small" busy=run.busy on_press=press />
                <Show when=move || run.busy.get()>
                    <Meter at=at />
                    <button class="button small" type="button" id="stop-importance" on:click=move |_| models.with_value(Models::stop)>
                        "Stop"
                    </button>
                </Show>
            </div>
            <RunState run=run />
            {move || found.get().map(|found| view! { <Found found=found /> })}
        </div>
    }
}

#[component]
fn Meter(at: RwSignal<Option<(u64, u64)>>) -> impl IntoView {
    move || {
        let (done, total) = at.get()?;
        Some(view! {
            <div class="progress" style:flex="1 1 200px">
                <progress max=total value=done aria-label="Progress of the columns"></progress>
                <span class="small soft">{format!("{} of {}", format::count(done), format::plural(total, "column"))}</span>
            </div>
        })
    }
}

#[component]
fn Found(found: Importances) -> impl IntoView {
    let Importances { columns, total, rows, right } = found;
    let done = columns.len() as u64;
    let text = format!(
        "Of {} that were looked at, {} are right with nothing shuffled. The points of a column are by how much that falls, with the standard deviation of a repetition.",
        format::plural(rows, "row"),
        format::score(right as u32, rows as u32),
    );
    view! {
        <p class="small">{text}</p>
        {(done < total)
            .then(|| view! { <p class="small soft">{format!("Stopped after {done} of {}.", format::plural(total, "column"))}</p> })}
        <Columns columns=columns />
    }
}

/// Opens the trainer's model, and gives the test data.
async fn prepare(evidence: Evidence, trainer: Address, models: &Models, run: Run) -> Result<Vec<u8>, WorkError> {
    let says = run.says();
    let failed = |e: &dyn std::fmt::Display| WorkError::Failed(e.to_string());
    let known =
        evidence.known().ok_or_else(|| WorkError::Failed("The bounty is not read yet; wait a moment.".into()))?;
    let (bounty, metadata) = known;
    let reveal = bounty.submission(&trainer).and_then(|submission| submission.reveal.clone());
    let model = reveal.map(|reveal| reveal.model_cid).unwrap_or_default();
    says("Fetching the model");
    let file = content::fetch(evidence.settings, &model, MAX_MODEL).await.map_err(|e| failed(&e))?;
    says("Opening the model");
    let (classes, features) = (Some(metadata.classes), Some(metadata.features));
    models.open(&file, Context { classes, features, measured: measured::of(&model) }).await?;
    says("Fetching the test data");
    content::fetch(evidence.settings, &bounty.test_cid, MAX_TABLE).await.map_err(|e| failed(&e))
}

async fn shuffle(
    models: &Models,
    table: &[u8],
    truth: &[u8],
    run: Run,
    at: RwSignal<Option<(u64, u64)>>,
) -> Result<Importances, WorkError> {
    run.says()("Shuffling the columns");
    let truth: Vec<u16> = truth.iter().map(|class| u16::from(*class)).collect();
    let progress = move |done, total| {
        at.try_set(Some((done, total)));
    };
    models.importance(table, &truth, REPETITIONS, progress).await
}

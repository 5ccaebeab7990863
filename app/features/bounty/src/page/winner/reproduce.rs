//! Running the winner's model on the published test data, row by row against what its trainer revealed.

use bounty::Bounty;
use dataset::metadata::Metadata;
use leptos::prelude::*;
use ml_task::{Context, EngineChoice};
use protocol::Address;
use trained::Compared;

use super::PageState;
use crate::recheck;
use app_core::{
    chain::Reader,
    content, measured,
    settings::Settings,
    workers::{
        WorkError,
        models::{MAX_MODEL, MAX_TABLE, Models},
    },
};
use app_ui::{
    controls::busy_button::BusyButton,
    format,
    messages::{
        notice::Notice,
        run::{Run, RunState},
    },
};

/// What comparing came to, once it is done.
pub type Outcome = RwSignal<Option<Compared>>;

#[component]
pub fn Reproduce(context: PageState, model: String, trainer: Address, compared: Outcome) -> impl IntoView {
    let reader = expect_context::<Reader>();
    let settings = expect_context::<Settings>();
    let models = StoredValue::new_local(Models::default());
    on_cleanup(move || {
        if let Some(models) = models.try_get_value() {
            models.end();
        }
    });
    let run = Run::new();
    let at = RwSignal::new(None::<(u64, u64)>);
    let press = Callback::new(move |()| {
        let Some(bounty) = context.history.get_untracked().map(|h| h.bounty) else { return };
        let metadata = match context.described() {
            Ok(metadata) => metadata,
            Err(why) => return run.error.set(Some(why)),
        };
        compared.set(None);
        let (models, model) = (models.get_value(), model.clone());
        run.start(async move {
            let progress = move |rows, total| {
                at.try_set(Some((rows, total)));
            };
            let job = Job { reader, settings, bounty: &bounty, metadata: &metadata, trainer, model: &model };
            let ended = models.unless_stopped(job.run(&models, run.says(), progress)).await;
            // What it held is not needed again.
            models.end();
            at.try_set(None);
            match ended {
                Ok(found) => {
                    compared.try_set(Some(found?));
                }
                Err(_) => run.ends_with("Stopped; nothing was compared."),
            }
            Ok::<(), String>(())
        });
    });
    view! {
        <div class="row">
            <BusyButton label="Reproduce" id="reproduce" busy=run.busy on_press=press />
            <span class="small soft" style:flex="1 1 240px">
                "Runs it here on the published test data and compares every row with what the trainer revealed. Free, without a wallet."
            </span>
        </div>
        <RunState run=run />
        {move || {
            run.busy
                .get()
                .then(|| {
                    view! {
                        <div class="row">
                            {move || {
                                at.get()
                                    .map(|(rows, total)| {
                                        view! {
                                            <progress
                                                style:flex="1 1 200px"
                                                max=total
                                                value=rows
                                                aria-label="Progress of the test data"
                                            ></progress>
                                        }
                                    })
                            }}
                            <button class="button small" type="button" id="stop-reproduce" on:click=move |_| models.with_value(Models::stop)>
                                "Stop"
                            </button>
                        </div>
                    }
                })
        }}
        {move || compared.get().map(|compared| view! { <Verdict compared=compared /> })}
    }
}

/// Everything that a comparison needs.
struct Job<'a> {
    reader: Reader,
    settings: Settings,
    bounty: &'a Bounty,
    metadata: &'a Metadata,
    trainer: Address,
    model: &'a str,
}

impl Job<'_> {
    async fn run(
        &self,
        models: &Models,
        step: impl Fn(&'static str),
        progress: impl FnMut(u64, u64),
    ) -> Result<Compared, String> {
        let said = |e: &dyn std::fmt::Display| e.to_string();
        step("Fetching the model");
        let file = content::fetch(self.settings, self.model, MAX_MODEL).await.map_err(|e| said(&e))?;
        step("Opening the model");
        let context = Context {
            classes: Some(self.metadata.classes.clone()),
            features: Some(self.metadata.features.clone()),
            measured: measured::of(self.model),
        };
        models.open(&file, context).await.map_err(|e| match e {
            WorkError::Failed(why) => {
                format!("The page cannot run this model. {why} You can still download the model and run it yourself.")
            }
            other => other.to_string(),
        })?;
        step("Fetching what the trainer revealed");
        let submission = self.bounty.submission(&self.trainer).ok_or("The winner's submission is missing.")?;
        let revealed = recheck::predictions(self.reader, self.settings, self.bounty, submission);
        let revealed = revealed.await.map_err(|e| said(&e))?;
        step("Fetching the test data");
        let table = content::fetch(self.settings, &self.bounty.test_cid, MAX_TABLE).await.map_err(|e| said(&e))?;
        step("Running the model");
        // Always the same engine: a tie between two classes must not hang on whose machine this is.
        let found = models.predict_table(&table, None, EngineChoice::Cpu, progress).await.map_err(|e| said(&e))?;
        if found.classes.len() != revealed.len() {
            return Err(format!(
                "The model gave {} for {} test rows, so they cannot be compared.",
                format::plural(found.classes.len() as u64, "prediction"),
                format::count(revealed.len() as u64)
            ));
        }
        let compared = Compared::new(&revealed, &found.classes, &found.names, self.metadata.classes.len());
        Ok(Compared { guessed: found.ran.guessed, ..compared })
    }
}

#[component]
fn Verdict(compared: Compared) -> impl IntoView {
    let decides = compared.decides();
    let text = sentence(&compared);
    let Compared { equal, rows, unnamed, first, renamed, guessed } = compared;
    let guessed = guessed.filter(|_| equal < rows);
    let all = equal == rows;
    let more = (rows - equal) as usize - first.len();
    view! {
        <div class="stack tight" id="compared" data-equal=equal data-rows=rows data-unnamed=unnamed data-decides=decides.to_string()>
            <Notice tone=if all { "good" } else { "warn" }>{text}</Notice>
            {guessed.map(|text| view! { <p class="small" id="guessed">{text}</p> })}
            {renamed.map(|renamed| view! { <Renamed pairs=renamed.names /> })}
            {(!first.is_empty())
                .then(|| {
                    view! {
                        <div class="table-wrap">
                            <table class="differing">
                                <thead>
                                    <tr>
                                        <th>"Test row"</th>
                                        <th>"Revealed"</th>
                                        <th>"Found here"</th>
                                    </tr>
                                </thead>
                                <tbody>
                                    {first
                                        .into_iter()
                                        .map(|difference| {
                                            view! {
                                                <tr>
                                                    <td>{format::count(difference.row.into())}</td>
                                                    <td>{difference.revealed}</td>
                                                    <td>{difference.found}</td>
                                                </tr>
                                            }
                                        })
                                        .collect_view()}
                                </tbody>
                            </table>
                        </div>
                        {(more > 0).then(|| view! { <p class="small soft">{format!("and {} more", format::count(more as u64))}</p> })}
                    }
                })}
        </div>
    }
}

/// What a comparison says, in words.
fn sentence(compared: &Compared) -> String {
    let &Compared { equal, rows, unnamed, ref renamed, ref guessed, .. } = compared;
    let count = |rows: u32| format::count(rows.into());
    if compared.all_equal() {
        return format!(
            "All {} rows are equal: this model makes the predictions that its trainer revealed.",
            count(rows)
        );
    }
    if let Some(renamed) = renamed {
        let equal =
            if renamed.equal == rows { format!("all {}", count(rows)) } else { format::score(renamed.equal, rows) };
        return format!(
            "The model calls classes otherwise than the bounty; but for the names, {equal} rows are equal. So this is no \
             difference of predictions, and nothing can be attested."
        );
    }
    if unnamed > 0 {
        return format!(
            "In {} of {} rows the model names none of the bounty's classes, so its predictions cannot be compared with what \
             was revealed, and nothing can be attested.",
            count(unnamed),
            count(rows)
        );
    }
    let differing = rows - equal;
    let verb = if differing == 1 { "differs" } else { "differ" };
    let text = format!("{} rows are equal; {} {verb}.", format::score(equal, rows), count(differing));
    match guessed {
        Some(_) => {
            text + " The model may have been given the columns in another order than in training, so nothing can be attested."
        }
        None => text,
    }
}

/// What the model's labels are in the bounty.
#[component]
fn Renamed(pairs: Vec<(String, String)>) -> impl IntoView {
    view! {
        <ul class="small" id="renamed">
            {pairs
                .into_iter()
                .map(|(found, class)| view! { <li>{format!("“{found}” here is “{class}” in the bounty")}</li> })
                .collect_view()}
        </ul>
    }
}

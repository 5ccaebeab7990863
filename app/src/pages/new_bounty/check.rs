//! Step 2: every check of the data, then the secret split.

use leptos::{prelude::*, task::spawn_local};
use protocol::{
    dataset::{
        SHARES, SplitOptions, SurveyReport,
        task::{Progress, Stage},
    },
    typed_data::Role,
};

use super::{Walk, Wizard};
use crate::{
    actions::{ActionError, Tools, secret},
    components::{
        busy_button::BusyButton,
        field::Field,
        notice::{Notice, Problem},
        run::{Run, RunState},
    },
    format,
    wallet::WalletError,
    workers::prepare::Prepare,
};

#[component]
pub fn CheckStep(wizard: Wizard) -> impl IntoView {
    let progress = RwSignal::new(None::<Progress>);
    let error = RwSignal::new(None::<String>);
    if wizard.survey.with_untracked(Option::is_none) {
        match Prepare::start() {
            Err(e) => error.set(Some(e.to_string())),
            Ok(worker) => {
                wizard.worker.set(Some(worker.clone()));
                spawn_local(async move {
                    let Some(source) = wizard.source() else { return };
                    let told = move |p| {
                        progress.try_set(Some(p));
                    };
                    let result = worker.survey(&source, wizard.reading.get_untracked(), told).await;
                    progress.try_set(None);
                    match result {
                        Ok(report) => {
                            wizard.survey.try_set(Some(report));
                        }
                        Err(e) => {
                            error.try_set(Some(e.to_string()));
                        }
                    }
                });
            }
        }
    }
    let stop = move |_| {
        wizard.worker.set(None);
        wizard.step.set(0);
    };
    view! {
        <div class="stack">
            <Problem error=error />
            {move || progress.get().map(|p| view! { <Bar progress=p /> <div><button class="button" type="button" on:click=stop>"Stop"</button></div> })}
            {move || wizard.survey.get().map(|report| view! { <Report wizard=wizard report=report /> })}
            <Walk
                wizard=wizard
                next="Choose terms"
                ready=Signal::derive(move || wizard.prepared.with(Option::is_some))
                on_next=Callback::new(move |()| wizard.step.set(2))
            />
        </div>
    }
}

#[component]
fn Bar(progress: Progress) -> impl IntoView {
    let what = match progress.stage {
        Stage::Labels => "Reading labels",
        Stage::Checking => "Checking every row",
        Stage::Splitting => "Splitting",
        Stage::Shuffling => "Shuffling the test rows",
        Stage::Hashing => "Hashing",
    };
    view! {
        <div class="progress">
            <span>{format!("{what}: {} of {}", format::bytes(progress.done), format::bytes(progress.total))}</span>
            <progress max=progress.total.to_string() value=progress.done.to_string()></progress>
        </div>
    }
}

#[component]
fn Report(wizard: Wizard, report: SurveyReport) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let progress = RwSignal::new(None::<Progress>);
    let largest = report.classes.iter().map(|c| c.rows).max().unwrap_or(1);
    let report = StoredValue::new(report);
    let share_problem = Memo::new(move |_| {
        let stratified = wizard.stratified.get();
        match wizard.share.get().trim().parse::<u8>() {
            Ok(share) => report.with_value(|r| r.test_rows(share, stratified)).map_err(|e| e.to_string()),
            Err(_) => Err(format!("Write a whole number from {} to {}.", SHARES.start(), SHARES.end())),
        }
    });
    // Another share means another split.
    Effect::new(move |first: Option<()>| {
        wizard.share.track();
        wizard.stratified.track();
        if first.is_some() {
            wizard.prepared.set(None);
            wizard.draft.set(None);
        }
    });
    let split = Callback::new(move |()| {
        let (Some(worker), Ok(share)) = (wizard.worker.get_untracked(), wizard.share.get_untracked().trim().parse())
        else {
            run.error.set(Some(WalletError::NotConnected.to_string()));
            return;
        };
        run.start(async move {
            let source = report.with_value(|r| r.source);
            run.says()("Deriving the secret: your wallet asks for a signature that moves no money");
            let secret = match wizard.secret.get_untracked() {
                Some(secret) => secret,
                None => secret::derive(tools, Role::Requester, &source).await?,
            };
            wizard.secret.set(Some(secret.clone()));
            run.says()("Splitting");
            let options = SplitOptions {
                seed: secret.seed(),
                share_percent: share,
                stratified: wizard.stratified.get_untracked(),
            };
            let told = move |p| {
                progress.try_set(Some(p));
            };
            let prepared = worker.split(options, told).await;
            progress.try_set(None);
            wizard.prepared.try_set(Some(prepared?));
            Ok::<(), ActionError>(())
        });
    });
    let (rows, features, bytes, label, classes, warnings) = report
        .with_value(|r| (r.rows, r.features.len(), r.bytes, r.label.clone(), r.classes.clone(), r.warnings.clone()));
    view! {
        <section class="panel">
            <header>
                <h2>"Checked"</h2>
                <span class="small soft">
                    {format!("{}, {}, {}", format::plural(rows, "row"), format::plural(features as u64, "feature"), format::bytes(bytes))}
                </span>
            </header>
            <div class="body stack">
                <Notice tone="good">"The file is well formed: no ragged row, no empty label, no duplicate column."</Notice>
                {warnings.into_iter().map(|w| view! { <Notice tone="warn">{w.to_string()}</Notice> }).collect_view()}
                <h3>{format!("Classes of “{label}”")}</h3>
                <div class="bars">
                    {classes
                        .into_iter()
                        .take(20)
                        .map(|class| {
                            view! {
                                <span class="breakable">{class.name}</span>
                                <meter min="0" max=largest.to_string() value=class.rows.to_string()></meter>
                                <span class="number">{format::count(class.rows)}</span>
                            }
                        })
                        .collect_view()}
                </div>
            </div>
        </section>
        <section class="panel">
            <header>
                <h2>"Split"</h2>
            </header>
            <div class="body stack">
                <div class="fields">
                    <Field
                        label="Test share"
                        value=wizard.share
                        suffix="%"
                        hint="Rows whose labels stay secret until the end."
                        problem=Signal::derive(move || share_problem.get().err())
                    />
                    <label class="check">
                        <input
                            type="checkbox"
                            prop:checked=move || wizard.stratified.get()
                            on:change=move |event| wizard.stratified.set(event_target_checked(&event))
                        />
                        <span>"The same share of every class (stratified)"</span>
                    </label>
                </div>
                {move || {
                    share_problem
                        .get()
                        .ok()
                        .map(|test| {
                            view! {
                                <p>
                                    {format!(
                                        "{} for training with labels, {} for testing without.",
                                        format::plural(rows - u64::from(test), "row"),
                                        format::plural(test.into(), "row"),
                                    )}
                                </p>
                            }
                        })
                }}
                <p class="soft">
                    "Which rows are tested is drawn from a secret that your wallet derives by signing. Wallet and CSV give the same split again, on any device."
                </p>
                <RunState run=run />
                {move || progress.get().map(|p| view! { <Bar progress=p /> })}
                {move || {
                    wizard.prepared.with(Option::is_some).then(|| view! { <Notice tone="good">"Split. The test labels are in this browser only."</Notice> })
                }}
                <div class="row">
                    <BusyButton
                        label="Sign and split"
                        class="primary"
                        busy=run.busy
                        disabled=Signal::derive(move || {
                            share_problem.get().is_err() || tools.wallet.account.get().is_none()
                                || wizard.prepared.with(Option::is_some)
                        })
                        on_press=split
                    />
                </div>
            </div>
        </section>
    }
}

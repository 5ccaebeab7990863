use bounty::Role;
use dataset::{SHARES, SplitOptions, SurveyReport, likely_shares, task::Progress};
use leptos::prelude::*;
use protocol::cid::Cid;

use super::{
    super::{Shares, Wizard},
    progress::Bar,
};
use crate::actions::secret;
use app_core::{
    action::{ActionError, Tools},
    workers::WorkError,
};
use app_ui::{
    controls::{busy_button::BusyButton, field::Field},
    format,
    messages::{
        notice::Notice,
        run::{Run, RunState},
    },
};

/// The share of test rows, and the secret split.
#[component]
pub fn SplitPanel(wizard: Wizard, report: SurveyReport) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let progress = RwSignal::new(None::<Progress>);
    let (rows, source) = (report.rows, report.source);
    let report = StoredValue::new(report);
    let test_rows = Memo::new(move |_| {
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
        }
    });
    let is_split = move || wizard.prepared.with(Option::is_some);
    let sizes = move || {
        test_rows.get().ok().map(|test| {
            let sizes = format!(
                "{} for training with labels, {} for testing without.",
                format::plural(rows - u64::from(test), "row"),
                format::plural(test.into(), "row"),
            );
            sizes + &rough(test)
        })
    };
    view! {
        <section class="panel">
            <header>
                <h2>"Split"</h2>
            </header>
            <div class="body stack">
                <div class="fields">
                    <Field
                        id="field-test-share"
                        label="Test share"
                        value=wizard.share
                        suffix="%"
                        hint="Rows whose labels stay secret until the end."
                        problem=Signal::derive(move || test_rows.get().err())
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
                {move || sizes().map(|text| view! { <p>{text}</p> })}
                <p class="soft">
                    "Your signature makes a secret seed that picks the hidden test rows. Same wallet and same CSV: same split, on any device."
                </p>
                <RunState run=run />
                {move || progress.get().map(|p| view! { <Bar progress=p /> <div><button class="button" type="button" on:click=move |_| wizard.stop_worker()>"Stop"</button></div> })}
                {move || is_split().then(|| view! { <Notice tone="good">"Split. The test labels are in this browser only."</Notice> })}
                <div class="row">
                    <BusyButton
                        label="Sign and split"
                        id="split"
                        class="primary"
                        busy=run.busy
                        disabled=Signal::derive(move || test_rows.get().is_err() || tools.wallet.account.get().is_none() || is_split())
                        on_press=Callback::new(move |()| split(tools, wizard, source, run, progress))
                    />
                </div>
            </div>
        </section>
    }
}

/// What scores on few test rows say; nothing where there are enough.
fn rough(test_rows: u32) -> String {
    const ENOUGH: u32 = 1000;
    if test_rows >= ENOUGH {
        return String::new();
    }
    let (low, high) = likely_shares(0.8, test_rows.into());
    format!(
        " Scores on so few rows are rough: a model with 80 % may be right for {:.0} to {:.0} % of many more.",
        100.0 * low,
        100.0 * high
    )
}

const CHANGED: &str = "Files, shares or the account were changed meanwhile; nothing was split. Sign and split again.";

/// Derives the secret from the wallet and splits by it.
fn split(tools: Tools, wizard: Wizard, source: Cid, run: Run, progress: RwSignal<Option<Progress>>) {
    let (Some(worker), Some(shares)) = (wizard.worker.get_untracked(), wizard.shares()) else {
        run.error.set(Some("The files are read still; try again when they are checked.".to_owned()));
        return;
    };
    // The page lives on while the wallet asks: files and shares may be others by then.
    let asked = wizard.asks();
    let is_wanted = move || wizard.waits_for(asked) && wizard.shares() == Some(shares);
    run.start(async move {
        let account = tools.account()?;
        run.says()("Deriving the secret: your wallet asks for a signature that moves no money");
        let secret = match wizard.secret_of(account) {
            Some(secret) => secret,
            None => {
                let post = secret::new_post_number()?;
                let secret = secret::derive(tools, Role::Requester, post, &source).await?;
                if !is_wanted() {
                    run.ends_with(CHANGED);
                    return Ok(());
                }
                wizard.signed_by(account, post, secret.clone());
                secret
            }
        };
        run.says()("Splitting");
        let Shares { percent: share_percent, stratified } = shares;
        let options = SplitOptions { seed: secret.seed(), share_percent, stratified };
        let told = move |p| {
            progress.try_set(Some(p));
        };
        let prepared = worker.split(options, told).await;
        progress.try_set(None);
        match prepared {
            Err(WorkError::Stopped) => run.ends_with("Stopped; nothing was split."),
            _ if !is_wanted() || wizard.secret_of(account).is_none() => run.ends_with(CHANGED),
            ended => {
                wizard.prepared.set(Some(ended?));
                wizard.split.set(Some(shares));
            }
        }
        Ok::<(), ActionError>(())
    });
}

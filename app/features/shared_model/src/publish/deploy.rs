//! Name, description, and putting everything on chain.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use protocol::{Address, cid::FileHasher};
use shared_model::{
    IncentiveKind, ModelFile, Terms,
    metadata::{MAX_DESCRIPTION, MAX_NAME, TestFile},
};

use super::Draft;
use crate::actions::models;
use app_core::{
    action::{ActionError, Tools},
    forms::draft::Draft as Kept,
    routes, server,
};
use app_ui::{
    controls::{busy_button::BusyButton, field::Field},
    format,
    messages::run::{Run, RunState},
};

#[component]
pub fn Deploy(draft: Draft, kept: Kept) -> impl IntoView {
    let tools = Tools::from_context();
    let navigate = use_navigate();
    let run = Run::new();
    let progress = RwSignal::new(None::<(u32, u32)>);
    let name_problem = Signal::derive(move || match draft.name.with(|n| n.trim().chars().count()) {
        // Nobody is told off before having typed; what is missing stands beside the button.
        0..=MAX_NAME => None,
        n => Some(format!("At most {MAX_NAME} characters; this has {n}.")),
    });
    let is_unnamed = move || draft.name.with(|name| name.trim().is_empty());
    let has_wallet = move || tools.wallet.account.get().is_some();
    let ready = Memo::new(move |_| {
        draft.file.with(Option::is_some)
            && draft.terms.with(Option::is_some)
            && !is_unnamed()
            && name_problem.get().is_none()
            && description_problem(draft).is_none()
            && has_wallet()
    });
    let press = Callback::new(move |()| {
        let (Some(file), Some(terms)) = (draft.file.get_untracked(), draft.terms.get_untracked()) else { return };
        let file = ModelFile {
            name: draft.name.get_untracked().trim().to_owned(),
            description: draft.description.get_untracked().trim().to_owned(),
            ..file
        };
        let (test, incentive) = (draft.test.get_untracked(), draft.typed.incentive.get_untracked());
        let navigate = navigate.clone();
        run.start(async move {
            let model = create(tools, &file, test, incentive, &terms, run.says()).await?;
            kept.sent();
            run.says()("Loading the weights: one transaction after the other");
            let words = file.shape.needed() as u32;
            let told = move |done| {
                progress.try_set(Some((done, words)));
            };
            told(0);
            let loaded = models::load(tools, model, &file, 0, told).await;
            progress.try_set(None);
            // Also after a refused transaction: the page says what is missing and goes on.
            if run.is_watched() {
                navigate(&routes::model(model), NavigateOptions::default());
            }
            loaded
        });
    });
    view! {
        <section class="panel" aria-labelledby="publish">
            <header>
                <h2 id="publish">"3. Name and publish"</h2>
            </header>
            <div class="body stack">
                <Field id="field-name" label="Name" value=draft.name problem=name_problem placeholder="What it tells apart" />
                <Description draft=draft />
                {move || draft.file.with(|file| file.as_ref().map(cost)).map(|text| view! { <p class="soft">{text}</p> })}
                {move || progress.get().map(|(done, words)| view! { <Loaded done=done words=words /> })}
                <RunState run=run />
                <div class="row">
                    <BusyButton
                        label="Publish the model"
                        id="publish-shared-model"
                        class="primary"
                        busy=run.busy
                        disabled=Signal::derive(move || !ready.get())
                        on_press=press
                    />
                    <span class="small soft">{move || missing(draft, is_unnamed() || name_problem.get().is_some(), has_wallet())}</span>
                </div>
            </div>
        </section>
    }
}

/// What is still to be done before the button can be pressed.
fn missing(draft: Draft, unnamed: bool, has_wallet: bool) -> &'static str {
    if draft.file.with(Option::is_none) {
        "Train or choose a model first."
    } else if unnamed {
        "Give the model a name."
    } else if description_problem(draft).is_some() {
        "Shorten the description."
    } else if draft.terms.with(Option::is_none) {
        "Correct the terms."
    } else if !has_wallet {
        "Connect a wallet to publish."
    } else {
        ""
    }
}

/// Why the description cannot be published.
fn description_problem(draft: Draft) -> Option<String> {
    let characters = draft.description.with(|description| description.trim().chars().count());
    let (found, most) = (format::count(characters as u64), format::count(MAX_DESCRIPTION as u64));
    (characters > MAX_DESCRIPTION).then(|| format!("At most {most} characters; this has {found}."))
}

#[component]
fn Description(draft: Draft) -> impl IntoView {
    let problem = Memo::new(move |_| description_problem(draft));
    view! {
        <div class="field">
            <label for="model-description">"Description"</label>
            <textarea
                id="model-description"
                aria-describedby="model-description-hint"
                aria-invalid=move || problem.get().is_some().to_string()
                prop:value=move || draft.description.get()
                on:input=move |event| draft.description.set(event_target_value(&event))
            ></textarea>
            <span id="model-description-hint">
                {move || match problem.get() {
                    Some(text) => view! { <span class="problem">{text}</span> }.into_any(),
                    None => {
                        view! { <span class="hint">"Public. Say what the data was and what a contributor should know."</span> }.into_any()
                    }
                }}
            </span>
        </div>
    }
}

#[component]
fn Loaded(done: u32, words: u32) -> impl IntoView {
    view! {
        <div class="progress">
            <progress max=words value=done aria-label="Storage slots loaded"></progress>
            <span class="small soft">{format!("{} of {}", format::count(done.into()), format::plural(words.into(), "storage slot"))}</span>
        </div>
    }
}

/// What publishing takes.
fn cost(file: &ModelFile) -> String {
    let transactions = file.chunks(0).len() as u64 + 1;
    format!(
        "This takes {}: one creates the model, the others load its weights. If you stop in between, its page goes on where you left off.",
        format::plural(transactions, "transaction"),
    )
}

/// Stores description and test set (bytes and rows), then makes the model on chain, without its weights.
async fn create(
    tools: Tools,
    file: &ModelFile,
    test: Option<(Vec<u8>, u32)>,
    incentive: IncentiveKind,
    terms: &Terms,
    says: impl Fn(&'static str),
) -> Result<Address, ActionError> {
    let account = tools.account()?;
    says("Publishing description and test set: your wallet may ask you to sign in");
    let test = match test {
        Some((bytes, rows)) => {
            let cid = FileHasher::hash(&bytes).cid;
            store(tools, account, &cid.to_string(), &bytes).await?;
            Some(TestFile { cid, rows })
        }
        None => None,
    };
    let metadata = file.metadata(test).to_bytes();
    let cid = FileHasher::hash(&metadata).cid.to_string();
    store(tools, account, &cid, &metadata).await?;
    says("Keeping the weights in your vault");
    // From here on nothing is lost, however late the answer to the next transaction is: the model's page goes on loading.
    let start = models::keep_start(tools, account, file).await?;
    says("Creating the model: your wallet asks for a transaction");
    let model = models::create(tools, file, incentive, terms, &cid).await?;
    // Where this fails, the start is found as it was kept.
    let _ = models::keep_for_model(tools, &start, model, file).await;
    Ok(model)
}

async fn store(tools: Tools, account: Address, cid: &str, bytes: &[u8]) -> Result<(), ActionError> {
    server::store(tools.wallet, account, cid, js_sys::Uint8Array::from(bytes).into()).await?;
    Ok(())
}

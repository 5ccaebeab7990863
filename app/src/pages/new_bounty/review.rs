//! Step 4: what becomes public, what stays secret, a dry run, and posting.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use protocol::{
    bounty::Terms,
    commitment::superhash,
    metadata::{Metadata, Preparation},
};

use super::{Walk, Wizard, terms::Numbers};
use crate::{
    actions::{
        ActionError, Tools,
        post::{Draft, post, truth_file},
    },
    components::{
        busy_button::BusyButton,
        icon::Icon,
        notice::Notice,
        run::{Run, RunState},
    },
    format, routes,
    vault::Vault,
};

/// The draft of what the steps before have gathered.
fn draft(tools: Tools, wizard: Wizard) -> Option<(Draft, Numbers)> {
    let prepared = wizard.prepared.get_untracked()?;
    let secret = wizard.secret.get_untracked()?;
    let truth = truth_file(&secret, &prepared).ok()?;
    let form = wizard.form;
    let numbers = form.numbers(prepared.truth.len() as u32)?;
    let report = prepared.report.clone();
    let metadata = Metadata {
        version: 1,
        title: form.title.get_untracked().trim().to_owned(),
        description: form.description.get_untracked().trim().to_owned(),
        features: report.features,
        label: report.label,
        classes: report.classes,
        train: report.train,
        test: report.test,
        preparation: Preparation {
            reading: wizard.reading.get_untracked(),
            share_percent: wizard.share.get_untracked().trim().parse().ok()?,
            stratified: wizard.stratified.get_untracked(),
        },
    };
    let terms = Terms {
        reward: numbers.reward,
        stake: numbers.stake,
        deadline: tools.clock.now.get_untracked() + numbers.open_for,
        window: numbers.window,
        test_rows: prepared.truth.len() as u32,
        classes: metadata.classes.len() as u16,
        min_correct: numbers.min_correct,
        truth_superhash: superhash(&truth),
    };
    Some((Draft { prepared, metadata, terms, truth }, numbers))
}

#[component]
pub fn ReviewStep(wizard: Wizard) -> impl IntoView {
    let tools = Tools::from_context();
    let navigate = use_navigate();
    let run = Run::new();
    let Some((made, numbers)) = draft(tools, wizard) else {
        return view! {
            <Notice tone="bad">"Something before this step is missing. Go back and check every field."</Notice>
            <Walk wizard=wizard next="Review" ready=false on_next=Callback::new(|()| {}) />
        }
        .into_any();
    };
    let metadata = made.metadata.clone();
    let (train, test) = (metadata.train.clone(), metadata.test.clone());
    let rows = made.terms.test_rows;
    let post_it = Callback::new(move |()| {
        // Made again now, so that the deadline counts from now.
        let Some((made, _)) = draft(tools, wizard) else { return };
        let navigate = navigate.clone();
        run.start(async move {
            let id = post(tools, &made, run.says()).await?;
            if run.is_watched() {
                navigate(&routes::bounty(id), NavigateOptions::default());
            }
            Ok::<(), ActionError>(())
        });
    });
    view! {
        <div class="stack">
            <div class="split">
                <section class="panel">
                    <header>
                        <h2 class="row tight">
                            <Icon name="eye" />
                            "Becomes public"
                        </h2>
                    </header>
                    <ul class="body stack tight">
                        <li>{format!("Title and description: “{}”", metadata.title)}</li>
                        <li>{format!("train.csv with labels: {}, {}", format::plural(train.rows, "row"), format::bytes(train.bytes))}</li>
                        <li>{format!("test.csv without labels: {}, {}", format::plural(test.rows, "row"), format::bytes(test.bytes))}</li>
                        <li>
                            {format!("Names of {} and {} classes", format::plural(metadata.features.len() as u64, "feature"), metadata.classes.len())}
                        </li>
                        <li>"The terms, your address, and a hash of the test labels"</li>
                    </ul>
                </section>
                <section class="panel">
                    <header>
                        <h2 class="row tight">
                            <Icon name="lock" />
                            "Stays secret until you reveal"
                        </h2>
                    </header>
                    <ul class="body stack tight">
                        <li>{format!("{} of test.csv", format::plural(rows.into(), "label"))}</li>
                        <li>"Which rows of your CSV they come from"</li>
                        <li>"The salt; wallet and CSV bring it back if this browser is wiped"</li>
                    </ul>
                </section>
            </div>
            <section class="panel">
                <header>
                    <h2>"Terms"</h2>
                </header>
                <div class="body">
                    <dl class="terms">
                        <div>
                            <dt>"You lock now"</dt>
                            <dd>{format!("{} MDC", numbers.reward)}</dd>
                        </div>
                        <div>
                            <dt>"Stake per submission"</dt>
                            <dd>{format!("{} MDC", numbers.stake)}</dd>
                        </div>
                        <div>
                            <dt>"Open for"</dt>
                            <dd>{format::duration(numbers.open_for)}</dd>
                        </div>
                        <div>
                            <dt>"Each response window"</dt>
                            <dd>{format::duration(numbers.window.into())}</dd>
                        </div>
                        <div>
                            <dt>"Least score that can win"</dt>
                            <dd>
                                {if numbers.min_correct == 0 { "none".to_owned() } else { format::score(numbers.min_correct, rows) }}
                            </dd>
                        </div>
                    </dl>
                </div>
            </section>
            <DryRun numbers=numbers />
            <Notice tone="warn">
                {format!(
                    "After {} you have {} to reveal the labels. If you do not, your reward goes to the trainers.",
                    format::duration(numbers.open_for),
                    format::duration(numbers.window.into()),
                )}
            </Notice>
            <RunState run=run />
            <div class="row spread">
                <button class="button quiet" type="button" disabled=move || run.busy.get() on:click=move |_| wizard.step.set(2)>
                    "Back"
                </button>
                <BusyButton
                    label=format!("Post and lock {} MDC", numbers.reward)
                    class="primary"
                    busy=run.busy
                    disabled=Signal::derive(move || tools.wallet.account.get().is_none())
                    on_press=post_it
                />
            </div>
        </div>
    }
    .into_any()
}

/// Everything that could stop the posting, looked at before anything is locked.
#[component]
fn DryRun(numbers: Numbers) -> impl IntoView {
    let tools = Tools::from_context();
    let lines = RwSignal::new(Vec::<(bool, String)>::new());
    Effect::new(move || {
        tools.clock.head.track();
        let account = tools.wallet.account.get();
        let wrong_chain = tools.wallet.wrong_chain();
        leptos::task::spawn_local(async move {
            let mut found = vec![match account {
                None => (false, "No wallet is connected; connect one from the header.".into()),
                Some(_) if wrong_chain => {
                    (false, "The wallet is on another network; switch it from the header.".into())
                }
                Some(account) => (true, format!("Wallet {} is connected.", account.short())),
            }];
            if let Some(account) = account {
                found.push(match tools.reader.balances(account).await {
                    Ok(b) if b.coin < numbers.reward => {
                        (false, format!("The account holds {} MDC, less than the reward. Get the airdrop from the wallet menu, or lower the reward.", b.coin))
                    }
                    Ok(b) if b.ether == 0 => (false, "The account has no ETH for the network fee.".into()),
                    Ok(b) => (true, format!("The account holds {} MDC and {} ETH for fees.", b.coin, b.ether_text())),
                    Err(e) => (false, e.to_string()),
                });
            }
            found.push(match crate::server::status().await {
                Ok(_) => (true, "The server takes the public files.".into()),
                Err(e) => (false, e.to_string()),
            });
            found.push(match Vault::open().await {
                Ok(_) => (true, "The vault of this browser keeps the labels.".into()),
                Err(e) => (false, e.to_string()),
            });
            lines.try_set(found);
        });
    });
    view! {
        <section class="panel" id="dry-run">
            <header>
                <h2>"Dry run"</h2>
            </header>
            <ul class="body stack tight">
                {move || {
                    lines
                        .get()
                        .into_iter()
                        .map(|(good, text)| {
                            let icon = if good { "check" } else { "warn" };
                            view! {
                                <li class="row tight" class:problem=!good>
                                    <Icon name=icon />
                                    <span>{text}</span>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
        </section>
    }
}

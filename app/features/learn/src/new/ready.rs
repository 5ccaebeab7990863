//! Every rule in one report, what is counted, what leaks, what it costs; then it is published.

use std::sync::Arc;

use app_core::{
    action::{ActionError, Tools},
    chain::{Balances, Learning},
    routes,
};
use app_ui::{
    controls::busy_button::BusyButton,
    format,
    messages::{
        notice::Notice,
        run::{Run, RunState},
    },
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use protocol::Amount;

use super::{
    counted::Counted,
    form::Form,
    looked::{Looked, look, uncovered},
    making::{Stage, amount},
};
use crate::{actions::publish::publish, context::Known, words};

#[component]
pub fn Ready(known: Known, form: Form) -> impl IntoView {
    let tools = Tools::from_context();
    let navigate = use_navigate();
    let looked = Memo::new(move |_| look(tools, known, form));
    let not_covered = covered(tools, known, form, looked);
    let run = Run::new();
    let press = Callback::new(move |()| {
        let (Some(learning), Some(looked)) = (known.learning.get_untracked(), looked.get_untracked()) else { return };
        let navigate = navigate.clone();
        run.start(async move {
            // With the times of now.
            let now = tools.clock.now.get_untracked();
            let (typed, specs) = (form.typed.get_untracked(), looked.specs());
            let drafts = typed.drafts(&learning, &specs, now).map_err(ActionError::Feature)?;
            let id = publish(tools, &learning, specs.into_iter().zip(drafts).collect(), run.says()).await?;
            form.forget();
            if run.is_watched() {
                navigate(&routes::task(id), NavigateOptions::default());
            }
            Ok::<(), ActionError>(())
        });
    });
    let blocked = Signal::derive(move || {
        looked.with(|looked| looked.as_ref().is_none_or(|looked| !looked.problems.is_empty()))
            || !not_covered.with(Vec::is_empty)
    });
    let label = move || match looked.with(|looked| looked.as_ref().map_or(1, |looked| looked.specs.len())) {
        1 => "Publish the task",
        _ => "Publish the tasks",
    };
    view! {
        <section class="panel" aria-labelledby="ready">
            <header>
                <h2 id="ready">"Before you sign"</h2>
            </header>
            <div class="body stack">
                {move || {
                    let (mut looked, learning) = (looked.get()?, known.learning.get()?);
                    looked.problems.extend(not_covered.get());
                    Some(view! { <Report looked=looked learning=learning form=form /> })
                }}
                <RunState run=run />
                <div class="row">
                    {move || view! { <BusyButton label=label() id="publish-task" class="primary" busy=run.busy disabled=blocked on_press=press /> }}
                </div>
            </div>
        </section>
    }
}

/// What the grants do not cover, read again with every change.
fn covered(tools: Tools, known: Known, form: Form, looked: Memo<Option<Looked>>) -> RwSignal<Vec<String>> {
    let found = RwSignal::new(Vec::<String>::new());
    Effect::new(move || {
        let (Some(learning), Some(looked)) = (known.learning.get(), looked.get()) else { return };
        let Some(account) = tools.wallet.account.get() else { return };
        let typed = form.typed.get_untracked();
        spawn_local(async move {
            let now = uncovered(tools, &learning, &typed, &looked.specs(), account).await;
            // An answer about what was typed before is none.
            let is_new = form.typed.try_with_untracked(|today| *today == typed) == Some(true);
            if is_new && found.try_with_untracked(|old| *old != now) == Some(true) {
                found.try_set(now);
            }
        });
    });
    found
}

#[component]
fn Report(looked: Looked, learning: Arc<Learning>, form: Form) -> impl IntoView {
    let fit = looked.problems.is_empty();
    let problems = looked.problems.clone();
    let grants = form.typed.with_untracked(|typed| typed.grants);
    let many = looked.specs.len() > 1;
    let told = looked.specs.clone().into_iter().map(move |(stage, spec)| {
        let lines = words::leaks(&spec).into_iter().map(|line| view! { <li>{line}</li> });
        view! {
            {many.then(|| view! { <h4>{title(stage)}</h4> })}
            <ul class="stack tight bullets">{lines.collect_view()}</ul>
        }
    });
    view! {
        {if fit {
            view! { <Notice tone="good">"Every rule that can be looked at before is kept. Owners look at their rows when they confirm."</Notice> }.into_any()
        } else {
            view! {
                <Notice tone="warn">
                    <p>"Not ready yet:"</p>
                    <ul id="problems" class="bullets">{problems.into_iter().map(|one| view! { <li>{one}</li> }).collect_view()}</ul>
                </Notice>
            }
                .into_any()
        }}
        {(!grants.contains(&0)).then(|| view! { <Counted specs=looked.specs.clone() learning=learning grants=grants /> })}
        {fit.then(|| view! { <Money looked=looked.clone() form=form /> })}
        <div class="stack tight">
            <h3>"What is told by design"</h3>
            {told.collect_view()}
            <details>
                <summary>"And what holds for every task"</summary>
                <ul class="stack tight bullets">{words::ALWAYS.map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
            </details>
        </div>
    }
}

fn title(stage: Stage) -> &'static str {
    match stage {
        Stage::Align => "Aligning",
        Stage::Train => "The training",
        Stage::Predict => "The prediction",
    }
}

/// What is locked, line by line, and whether the account has it.
#[component]
fn Money(looked: Looked, form: Form) -> impl IntoView {
    let tools = Tools::from_context();
    let balances = RwSignal::new(None::<Balances>);
    Effect::new(move || {
        tools.transactions.mined.track();
        let Some(account) = tools.wallet.account.get() else { return };
        spawn_local(async move {
            if let Ok(found) = tools.reader.balances(account).await {
                balances.try_set(Some(found));
            }
        });
    });
    let locks = looked.locks;
    let bond = form.typed.with_untracked(|typed| amount(&typed.bond));
    let helpers = Amount(looked.drafts.iter().map(|draft| draft.helper_budget.0).sum());
    let mine = looked.drafts.iter().filter(|draft| draft.seats.iter().any(|seat| seat.grant == 0)).count();
    let fees = Amount(locks.0.saturating_sub(helpers.0));
    view! {
        <dl class="pairs">
            <dt>"Fees of grants and computing seats"</dt>
            <dd>{format::cost(fees)}</dd>
            <dt>"Most for helpers"</dt>
            <dd>{format::cost(helpers)}</dd>
            <dt class="strong">"Locked when you publish"</dt>
            <dd class="strong">{format::cost(locks)}</dd>
            {(mine > 0)
                .then(|| {
                    view! {
                        <dt>"Bond of your seat, when you confirm"</dt>
                        <dd>{format::cost(bond)} {(mine > 1).then(|| format!(", for each of {mine} tasks in turn"))}</dd>
                    }
                })}
            <dt>"You have"</dt>
            <dd>{move || balances.get().map_or_else(|| "…".to_owned(), |found| format::mdc(found.coin))}</dd>
            <dt>"Allowance"</dt>
            <dd>"None is needed: your wallet signs a permit for exactly this."</dd>
        </dl>
        {move || {
            balances
                .get()
                .filter(|found| found.coin < locks)
                .map(|_| view! { <Notice tone="warn">"Your wallet holds less than is locked. Take the airdrop on a test network, or get MDC first."</Notice> })
        }}
    }
}

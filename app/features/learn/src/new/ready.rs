//! Step 4: every rule in one report, what leaks, what it costs; then it is published.

use app_core::{
    action::{ActionError, Tools},
    chain::Balances,
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
use mpc_run::Spec;
use protocol::Amount;
use tasks::Draft;

use super::form::{Form, Process, amount};
use crate::{
    actions::{
        publish::{locks, publish},
        purpose,
    },
    context::Known,
    words,
};

/// A task that is ready, or everything that keeps it from being so.
#[derive(Clone, PartialEq)]
struct Looked {
    spec: Spec,
    draft: Option<Draft>,
    locks: Amount,
    problems: Vec<String>,
}

/// Asks every rule that can be asked before anything is signed.
fn look(tools: Tools, known: Known, form: Form) -> Option<Looked> {
    let learning = known.learning.get()?;
    let relay = window().location().origin().unwrap_or_default();
    let typed = form.typed.get();
    // Times are counted from when it is published.
    let now = tools.clock.now.get_untracked();
    tools.wallet.account.track();
    let spec = typed.spec(&learning, &relay);
    let mut problems: Vec<String> = Vec::new();
    for (grant, place) in typed.grants.iter().zip(["first", "second"]) {
        if *grant == 0 {
            problems.push(format!("Choose the grant of the {place} owner."));
        }
    }
    if typed.helpers.is_empty() && typed.process != Process::Align {
        problems.push("Name at least one candidate for helper.".into());
    }
    if typed.process == Process::Predict && typed.model.is_none() {
        problems.push("Choose the model.".into());
    }
    if typed.label.trim().is_empty() && typed.process == Process::Train {
        problems.push("Name the label column.".into());
    }
    problems.extend(spec.problems().iter().map(ToString::to_string));
    let draft = match typed.draft(&learning, &spec, now) {
        Ok(draft) => Some(draft),
        Err(problem) => {
            problems.push(problem);
            None
        }
    };
    let mut locked = Amount::ZERO;
    if let (Some(draft), true) = (&draft, problems.is_empty()) {
        match locks(tools, &learning, draft) {
            Ok(amount) => locked = amount,
            Err(error) => problems.push(error.to_string()),
        }
    }
    Some(Looked { spec, draft, locks: locked, problems })
}

#[component]
pub fn Ready(known: Known, form: Form) -> impl IntoView {
    let tools = Tools::from_context();
    let navigate = use_navigate();
    let looked = Memo::new(move |_| look(tools, known, form));
    let uncovered = RwSignal::new(Vec::<String>::new());
    Effect::new(move || {
        let (Some(learning), Some(looked)) = (known.learning.get(), looked.get()) else { return };
        let (Some(account), grants) = (tools.wallet.account.get(), form.typed.with_untracked(|typed| typed.grants))
        else {
            return;
        };
        spawn_local(async move {
            let mut found = Vec::new();
            for (grant, seat) in grants.into_iter().zip(0..) {
                found.extend(purpose::problem(tools, &learning, grant, &looked.spec, seat, account).await);
            }
            if uncovered.try_with_untracked(|old| *old != found) == Some(true) {
                uncovered.try_set(found);
            }
        });
    });
    let run = Run::new();
    let press = Callback::new(move |()| {
        let (Some(learning), Some(looked)) = (known.learning.get_untracked(), looked.get_untracked()) else { return };
        let navigate = navigate.clone();
        run.start(async move {
            // With the times of now.
            let now = tools.clock.now.get_untracked();
            let typed = form.typed.get_untracked();
            let draft = typed.draft(&learning, &looked.spec, now).map_err(ActionError::Feature)?;
            let id = publish(tools, &learning, &looked.spec, draft, run.says()).await?;
            form.forget();
            if run.is_watched() {
                navigate(&routes::task(id), NavigateOptions::default());
            }
            Ok::<(), ActionError>(())
        });
    });
    let blocked = Signal::derive(move || {
        looked.with(|looked| looked.as_ref().is_none_or(|looked| !looked.problems.is_empty()))
            || !uncovered.with(Vec::is_empty)
    });
    view! {
        <section class="panel" aria-labelledby="ready">
            <header>
                <h2 id="ready">"4. Before you sign"</h2>
            </header>
            <div class="body stack">
                {move || {
                    let mut looked = looked.get()?;
                    looked.problems.extend(uncovered.get());
                    Some(view! { <Report looked=looked form=form /> })
                }}
                <RunState run=run />
                <div class="row">
                    <BusyButton label="Publish the task" id="publish-task" class="primary" busy=run.busy disabled=blocked on_press=press />
                </div>
            </div>
        </section>
    }
}

#[component]
fn Report(looked: Looked, form: Form) -> impl IntoView {
    let Looked { spec, problems, locks, .. } = looked;
    let fit = problems.is_empty();
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
        {fit.then(|| view! { <Money locks=locks form=form /> })}
        <div class="stack tight">
            <h3>"What is told by design"</h3>
            <ul class="stack tight bullets">{words::leaks(&spec).into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
            <details>
                <summary>"And what holds for every task"</summary>
                <ul class="stack tight bullets">{words::ALWAYS.map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
            </details>
        </div>
    }
}

/// What is locked, line by line, and whether the account has it.
#[component]
fn Money(locks: Amount, form: Form) -> impl IntoView {
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
    let typed = form.typed.get_untracked();
    let (budget, bond) = (amount(&typed.helper_budget), amount(&typed.bond));
    let fees = Amount(locks.0.saturating_sub(budget.0));
    view! {
        <dl class="pairs">
            <dt>"Fees of grants and computing seats"</dt>
            <dd>{format::cost(fees)}</dd>
            <dt>"Most for helpers"</dt>
            <dd>{format::cost(budget)}</dd>
            <dt class="strong">"Locked when you publish"</dt>
            <dd class="strong">{format::cost(locks)}</dd>
            <dt>"Bond of your seat, when you confirm"</dt>
            <dd>{format::cost(bond)}</dd>
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

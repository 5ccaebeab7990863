//! `/data/grants/7`: everything that is asked for, in words and numbers; deciding, withdrawing, and what is left.

mod purpose;

use std::sync::Arc;

use app_core::{
    action::{ActionError, Tools},
    chain::Learning,
    components::account::Account,
    learning::Known,
    routes,
};
use app_ui::{
    controls::{busy_button::BusyButton, field::Field},
    format,
    messages::{
        empty::GhostPage,
        notice::{Notice, Problem},
        run::{Run, RunState},
    },
};
use directory::{Dataset, Grant, GrantState, MAX_REASON_LENGTH};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    actions, names,
    own::{self, Beside},
    prices::{plain, problem},
    requests::NotThere,
};
use purpose::{PurposeWords, Told};

#[component]
pub fn GrantPage() -> impl IntoView {
    let params = use_params_map();
    let id =
        Memo::new(move |_| params.with(|params| params.get("id")).and_then(|id| id.parse::<u64>().ok()).unwrap_or(0));
    let known = own::follow(Signal::derive(move || Beside::Grant(id.get())));
    // Built again only when something of this grant differs.
    let found = Memo::new(move |_| {
        let learning: Arc<Learning> = known.learning.get()?;
        Some(learning.book.registry.grant(id.get()).map(|(grant, dataset)| (grant.clone(), dataset.clone())))
    });
    view! {
        <div class="page">
            <Problem error=known.error />
            {move || match found.get() {
                None => view! { <GhostPage /> }.into_any(),
                Some(None) => view! { <NotThere what=format!("grant {}", id.get()) /> }.into_any(),
                Some(Some((grant, dataset))) => {
                    view! { <Shown id=id.get_untracked() grant=grant dataset=dataset known=known /> }.into_any()
                }
            }}
        </div>
    }
}

#[component]
fn Shown(id: u64, grant: Grant, dataset: Dataset, known: Known) -> impl IntoView {
    let tools = Tools::from_context();
    let (state, shown) = (grant.clone(), grant.clone());
    let reason = grant.reason.clone();
    let told = purpose::follow(grant.purpose);
    let left = (grant.state == GrantState::Approved).then(|| names::left(&grant));
    let fee = (grant.state == GrantState::Approved).then(|| format::cost(grant.fee));
    view! {
        <div class="page-head">
            <div>
                <h1>{format!("Grant {id}")}</h1>
                <p>
                    {move || {
                        let (word, class) = names::state(&state, tools.clock.now.get());
                        view! { <span class=class id="grant-state">{word}</span> }
                    }}
                </p>
            </div>
            <a class="button" href=routes::dataset(grant.dataset)>{format!("Data set {}", grant.dataset)}</a>
        </div>
        {reason.map(|reason| view! {
            <Notice tone="warn">
                <span class="breakable">{format!("The owner refused it: “{reason}”")}</span>
            </Notice>
        })}
        <section class="panel">
            <header>
                <h2>"What is asked for"</h2>
            </header>
            <div class="body stack">
                <dl class="terms">
                    <div>
                        <dt>"Applicant"</dt>
                        <dd><Account address=grant.user /></dd>
                    </div>
                    <div>
                        <dt>"Owner"</dt>
                        <dd><Account address=dataset.owner /></dd>
                    </div>
                    {fee.map(|fee| view! { <div><dt>"Fee a task"</dt><dd>{fee}</dd></div> })}
                    {left.map(|left| view! { <div><dt>"Left"</dt><dd id="grant-left">{left}</dd></div> })}
                </dl>
                <PurposeWords told=told />
                <ul class="story small">
                    {names::terms(&grant.terms).into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}
                </ul>
            </div>
        </section>
        {move || {
            let account = tools.wallet.account.get();
            let pending = shown.state == GrantState::Pending;
            match (pending, account) {
                (true, Some(me)) if me == dataset.owner => {
                    view! { <DecidePanel id=id grant=shown.clone() dataset=dataset.clone() told=told known=known /> }.into_any()
                }
                (true, Some(me)) if me == shown.user => view! { <WithdrawPanel id=id known=known /> }.into_any(),
                _ => ().into_any(),
            }
        }}
    }
}

#[component]
fn DecidePanel(id: u64, grant: Grant, dataset: Dataset, told: RwSignal<Told>, known: Known) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let fee = RwSignal::new(plain(dataset.terms.price_per_use));
    let reason = RwSignal::new(String::new());
    let fee_problem = problem(fee);
    let any = RwSignal::new(false);
    let lacking = Memo::new(move |_| told.with(|told| told.lacking(any.get())));
    let blocked = Signal::derive(move || fee_problem.get().is_some() || lacking.get().is_some());
    let reason_problem = Signal::derive(move || {
        let length = reason.with(|reason| reason.trim().len());
        (length > MAX_REASON_LENGTH)
            .then(|| format!("The text has {length} bytes, and at most {MAX_REASON_LENGTH} go on chain. Shorten it."))
    });
    let approve = Callback::new(move |()| {
        let Some(learning) = known.learning.get_untracked() else { return };
        let (lacking, fee) = (lacking.get_untracked(), fee.get_untracked());
        run.start(async move {
            if let Some(why) = lacking {
                return Err(ActionError::feature(why));
            }
            let fee = format::read_mdc(&fee).map_err(ActionError::feature)?;
            actions::grant::approve(tools, &learning, id, fee).await
        });
    });
    let refuse = Callback::new(move |()| {
        let Some(learning) = known.learning.get_untracked() else { return };
        let reason = reason.get_untracked().trim().to_owned();
        run.start(async move { actions::grant::refuse(tools, &learning, id, reason).await });
    });
    let times = u128::from(names::most_tasks(&grant.terms));
    let sum = move || match format::read_mdc(&fee.get()) {
        Ok(fee) => format!(
            "You get {} for each task that finishes: at most {} for {}. Tasks that are published together count as one. You also confirm each task by itself before it starts.",
            format::cost(fee),
            format::cost(protocol::Amount(fee.0.saturating_mul(times))),
            format::plural(times as u64, "task"),
        ),
        Err(_) => String::new(),
    };
    view! {
        <section class="panel">
            <header>
                <h2>"Decide"</h2>
            </header>
            <div class="body stack">
                <Leaks />
                <Field id="grant-fee" label="Fee for a task" value=fee suffix="MDC" problem=fee_problem hint="What you get for each task that finishes; your price of a use is filled in" />
                <p class="small soft">{sum}</p>
                {(told.get_untracked() == Told::Any).then(|| view! { <AnyPurpose ticked=any /> })}
                <Field id="refusal" label="Text of a refusal" value=reason problem=reason_problem hint="Public, for good: at most 500 bytes" />
                <RunState run=run />
                <div class="row">
                    <BusyButton label="Approve" class="primary" id="approve" busy=run.busy disabled=blocked on_press=approve />
                    <BusyButton label="Refuse" class="danger" id="refuse" busy=run.busy disabled=Signal::derive(move || reason_problem.get().is_some()) on_press=refuse />
                    <span class="small soft">{move || lacking.get()}</span>
                </div>
            </div>
        </section>
    }
}

/// A grant that names no purpose is approved by whoever says that this is meant.
#[component]
fn AnyPurpose(ticked: RwSignal<bool>) -> impl IntoView {
    view! {
        <label class="check">
            <input
                id="any-purpose"
                type="checkbox"
                prop:checked=move || ticked.get()
                on:change=move |event| ticked.set(event_target_checked(&event))
            />
            "Tasks of any kind may be published under it"
        </label>
    }
}

/// What an owner should know before approving.
#[component]
fn Leaks() -> impl IntoView {
    view! {
        <Notice>
            <ul class="story">
                <li>"Metrics, own coefficients and predictions are answers to questions that the partner chooses: with enough of them single labels can be read, so the number of them is bounded."</li>
                <li>"Finding common rows tells both sides their exact number, and lets a partner test single names."</li>
                <li>"The chain shows for ever who worked with whom, when, on which columns, how often."</li>
            </ul>
        </Notice>
    }
}

#[component]
fn WithdrawPanel(id: u64, known: Known) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let withdraw = Callback::new(move |()| {
        let Some(learning) = known.learning.get_untracked() else { return };
        run.start(async move { actions::grant::withdraw(tools, &learning, id).await });
    });
    view! {
        <section class="stack">
            <p class="soft">"The owner has not decided yet. Until then you can withdraw."</p>
            <RunState run=run />
            <div><BusyButton label="Withdraw" id="withdraw" busy=run.busy on_press=withdraw /></div>
        </section>
    }
}

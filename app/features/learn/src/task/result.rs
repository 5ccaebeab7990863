//! What came out: for whom it is, and held against the chain.

use std::sync::Arc;

use app_core::{action::Tools, chain::Learning};
use app_ui::{controls::copy::Copyable, download, format, messages::notice::Notice};
use leptos::{prelude::*, task::spawn_local};
use mpc_run::{Spec, Told};
use mpc_task::on_chain;
use tasks::{Event, Kind, Outcome};

use super::Here;
use crate::{
    kept::{self, KeptResult},
    names,
    playing::Seats,
};

/// What the chain has of a finished task.
fn finished(learning: &Arc<Learning>, id: u64) -> Option<(protocol::Digest, Outcome)> {
    learning.events.get(&id)?.iter().rev().find_map(|logged| match &logged.event {
        Event::Finished { result, outcome } => Some((*result, *outcome)),
        _ => None,
    })
}

#[component]
pub fn Results(here: Here) -> impl IntoView {
    let tools = Tools::from_context();
    let seats = expect_context::<Seats>();
    let kept = RwSignal::new(Vec::<(u8, KeptResult)>::new());
    let state = here.look(|task| (task.state, task.seats.iter().map(|seat| seat.holder).collect::<Vec<_>>()));
    Effect::new(move || {
        let (Some(account), Some((_, holders))) = (tools.wallet.account.get(), state.get()) else { return };
        // What a seat was told is kept after the chain has the result, or opened later with keys from the chain.
        here.known.learning.track();
        for (seat, _) in holders.iter().enumerate().filter(|(_, holder)| **holder == account) {
            seats.of(here.id, seat as u8).view.with(|view| view.is_active);
        }
        spawn_local(async move {
            let mut found = Vec::new();
            for (seat, _) in holders.iter().enumerate().filter(|(_, holder)| **holder == account) {
                if let Ok(Some(result)) = kept::result(tools, account, here.id, seat as u8).await {
                    found.push((seat as u8, result));
                }
            }
            kept.try_set(found);
        });
    });
    let on_chain = Memo::new(move |_| here.known.learning.with(|known| finished(known.as_ref()?, here.id)));
    let shown = move || on_chain.get().is_some() || kept.with(|kept| !kept.is_empty());
    view! {
        <Show when=shown>
            <section class="panel" aria-labelledby="result">
                <header>
                    <h2 id="result">"What came out"</h2>
                </header>
                <div class="body stack">
                    {move || kept.get().into_iter().map(|(seat, result)| view! { <Mine here=here seat=seat result=result /> }).collect_view()}
                    {move || on_chain.get().map(|(result, outcome)| view! { <OnChain result=result outcome=outcome kept=kept /> })}
                </div>
            </section>
        </Show>
    }
}

/// What is said to a seat to which no number was told.
fn nothing_told(kind: Kind, seat: u8, has_file: bool) -> &'static str {
    match kind {
        Kind::Psi if has_file => "Which of your rows the other owner has too stands in the file.",
        Kind::Psi => "How many rows are in common, and not which.",
        Kind::Train if Spec::owner_of(seat).is_some() => {
            "Nothing: the numbers are for other seats. You keep your half of the model in this browser’s vault."
        }
        _ => "Nothing: the numbers are for other seats.",
    }
}

/// What a seat of the connected account was told.
#[component]
fn Mine(here: Here, seat: u8, result: KeptResult) -> impl IntoView {
    let told = result.finished.told.clone();
    let kind = here.look(|task| task.draft.kind);
    // The task is known before what came out of it is shown.
    let kind = kind.get_untracked().unwrap_or(Kind::Train);
    let none = told.is_empty().then(|| nothing_told(kind, seat, result.csv.is_some()));
    let name = if kind == Kind::Psi { "rows.csv" } else { "predictions.csv" };
    let csv = result.csv.clone();
    let json = serde_json::to_vec_pretty(&result.finished).unwrap_or_default();
    let rows = result.finished.rows;
    view! {
        <div class="stack tight" id=format!("told-{seat}")>
            <h3>{format!("Told to your seat {}", seat + 1)}</h3>
            <p class="small soft">{format!("From {} in common.", format::plural(rows.into(), "row"))}</p>
            {none.map(|text| view! { <p>{text}</p> })}
            {told.into_iter().map(|told| view! { <Numbers here=here told=told /> }).collect_view()}
            <div class="row">
                {csv
                    .map(|csv| {
                        view! {
                            <button id="download-csv" class="button small" type="button" on:click=move |_| download::save(name, csv.as_bytes())>
                                "Download CSV"
                            </button>
                        }
                    })}
                <button id="download-result" class="button small" type="button" on:click=move |_| download::save("result.json", &json)>
                    "Download everything as JSON"
                </button>
            </div>
        </div>
    }
}

#[component]
fn Numbers(here: Here, told: Told) -> impl IntoView {
    let many = told.numbers.len();
    let names = here.with_spec(|spec| labels_of(spec, &told.what, many)).unwrap_or_default();
    let shown: Vec<(String, String)> = told
        .numbers
        .iter()
        .take(20)
        .enumerate()
        .map(|(at, number)| {
            let id = told.ids.as_ref().and_then(|ids| ids.get(at)).or(names.get(at)).cloned();
            (id.unwrap_or_else(|| (at + 1).to_string()), told.shown(*number))
        })
        .collect();
    view! {
        <h4>{names::told(told.what)}</h4>
        <dl class="pairs numbers">
            {shown.into_iter().map(|(name, number)| view! { <dt>{name}</dt><dd>{number}</dd> }).collect_view()}
        </dl>
        {(many > 20).then(|| view! { <p class="small soft">{format!("And {} more, in the file.", format::count(many as u64 - 20))}</p> })}
    }
}

/// Names of the numbers of one fact.
fn labels_of(spec: &mpc_run::Spec, what: &mpc_learn::What, count: usize) -> Vec<String> {
    use mpc_learn::{Fact, What};
    match what {
        What::Fact(Fact::Coefficients(owner) | Fact::StandardErrors(owner)) => {
            let mut names = spec.owner(*owner).columns.clone();
            if names.len() < count {
                names.push("intercept".into());
            }
            names
        }
        What::Fact(Fact::Metric(_)) => vec!["all parts".into()],
        _ => Vec::new(),
    }
}

/// The signed result, and what stands behind it.
#[component]
fn OnChain(result: protocol::Digest, outcome: Outcome, kept: RwSignal<Vec<(u8, KeptResult)>>) -> impl IntoView {
    let agrees = move || {
        let mine = kept.get();
        let mut mine = mine.iter().peekable();
        mine.peek()?;
        Some(mine.all(|(_, kept)| on_chain(&kept.finished.outcome) == outcome))
    };
    view! {
        <div class="stack tight">
            <h3>"On chain"</h3>
            {move || match agrees() {
                Some(true) => Some(view! { <Notice tone="good">"What you were told is what all seats have signed, and the chain has checked every signature."</Notice> }.into_any()),
                Some(false) => {
                    Some(
                        view! { <Notice tone="bad">"The chain has another result than this browser. Do not rely on either before you have asked the other seats."</Notice> }
                            .into_any(),
                    )
                }
                None => None,
            }}
            <dl class="pairs">
                <dt>"Signed result"</dt>
                <dd>
                    <Copyable shown=result.short() whole=result.to_string() what="result" />
                </dd>
                <dt>"Helper dealt"</dt>
                <dd>{format!("{} MB", outcome.dealt)}</dd>
            </dl>
        </div>
    }
}

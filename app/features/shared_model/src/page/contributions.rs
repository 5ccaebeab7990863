//! What was taught, as rows: found through the server where it answers, else on chain; what a row says of money is the
//! chain's.

mod claim;
mod filters;
mod original;
mod row;

use leptos::{prelude::*, task::spawn_local};
use protocol::{Address, Digest, subject::Subject};
use shared_model::{
    Model,
    api::{ContributionQuery, ContributionRow, ContributionState},
    state::{Ending, NamedContribution},
};

use super::ModelContext;
use app_core::{
    chain::Clock,
    live::{Live, Watched},
    server,
};
use app_ui::{
    controls::pager::Pager,
    messages::{
        empty::{Empty, Ghost},
        notice::Notice,
    },
};
use filters::{FilterBar, Filters};
use row::Row;

/// Rows on one page.
const PAGE: u64 = 20;

/// Whose rows, and what can be done with them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Own ones; the button asks for the refund.
    Mine(Address),
    /// Those of others; the button reports, or takes what is reported. Without an account nothing can be pressed.
    Others(Option<Address>),
}

/// A row to show: the contribution by its key, and where its original is said to be.
#[derive(Clone, PartialEq)]
struct Found {
    key: Digest,
    original: Option<String>,
}

#[component]
pub fn ContributionList(context: ModelContext, whose: Whose) -> impl IntoView {
    let live = expect_context::<Live>();
    let clock = expect_context::<Clock>();
    let filters = Filters::new();
    let total = RwSignal::new(0u64);
    let found = RwSignal::new(None::<Vec<Found>>);
    let away = RwSignal::new(None::<String>);
    let known = Memo::new(move |_| context.history.with(|h| h.as_ref().map_or(0, |h| h.model.contributions.len())));
    // Another tab has other rows.
    on_cleanup(move || {
        context.wanted.try_update(|wanted| wanted.contributions.clear());
    });
    Effect::new(move || {
        live.track([Watched::Subject(Subject::new(shared_model::FAMILY, context.address))]);
        known.get();
        let query = filters.query(whose);
        spawn_local(async move {
            match server::contributions(context.address, &query).await {
                Ok(list) => {
                    away.try_set(list.status.trouble);
                    total.try_set(list.total);
                    // Until the history is there the contract is asked what is so of what the server names.
                    let named: Vec<_> = list.rows.iter().filter_map(named).collect();
                    if context.wanted.try_with_untracked(|wanted| wanted.contributions != named) == Some(true) {
                        context.wanted.try_update(|wanted| wanted.contributions = named);
                    }
                    let rows = list.rows.into_iter().map(|row| Found { key: row.key, original: row.original });
                    found.try_set(Some(rows.collect()));
                }
                Err(error) => {
                    away.try_set(Some(format!("{error} These rows are from the chain; originals are missing.")));
                    let all = on_chain(context, &query, clock.now.get_untracked());
                    total.try_set(all.len() as u64);
                    let page = all.into_iter().skip(query.offset.unwrap_or_default() as usize).take(PAGE as usize);
                    found.try_set(Some(page.map(|key| Found { key, original: None }).collect()));
                }
            }
        });
    });
    view! {
        <div class="stack">
            <FilterBar context=context whose=whose filters=filters />
            {move || away.get().map(|text| view! { <Notice tone="warn">{text}</Notice> })}
            <Rows context=context whose=whose found=found />
            <Pager
                total=total
                offset=filters.offset
                page=PAGE
                on_turn=Callback::new(move |to| filters.offset.set(to))
            />
        </div>
    }
}

#[component]
fn Rows(context: ModelContext, whose: Whose, found: RwSignal<Option<Vec<Found>>>) -> impl IntoView {
    // Built again only when something in it differs.
    let rows = Memo::new(move |_| found.get());
    let nothing = match whose {
        Whose::Mine(_) => "What you teach this model will be listed here, with its refund.",
        Whose::Others(_) => "No contribution matches. Clear search and filters, or be the first to teach.",
    };
    move || match rows.get() {
        None => view! { <Ghost lines=4 /> }.into_any(),
        Some(rows) if rows.is_empty() => view! {
            <div class="panel">
                <Empty icon="list" title="Nothing here">
                    <p>{nothing}</p>
                </Empty>
            </div>
        }
        .into_any(),
        Some(rows) => view! {
            <ul class="panel contributions">
                {rows.into_iter().map(|row| view! { <Row context=context whose=whose found=row /> }).collect_view()}
            </ul>
        }
        .into_any(),
    }
}

/// What a row of the server says that was taught.
fn named(row: &ContributionRow) -> Option<NamedContribution> {
    let ending = match row.state {
        ContributionState::Open => None,
        ContributionState::Refunded => Some(Ending::Refunded { point: row.point }),
        ContributionState::Taken => Some(Ending::Taken),
        ContributionState::Settled => Some(Ending::Evaluated),
    };
    let sample = hex::decode(row.sample.strip_prefix("0x")?).ok()?;
    Some(NamedContribution { contributor: row.contributor, label: row.label, sample, ending })
}

/// Keys that a query finds, from the chain alone.
fn on_chain(context: ModelContext, query: &ContributionQuery, now: u64) -> Vec<Digest> {
    let keys = |model: &Model| query.select(model, now).into_iter().map(|c| c.record.key).collect();
    context.with_model_now(keys).unwrap_or_default()
}

//! `/network`: providers with capability and price, figures of everything, a trend of 15 days, calls and payments as they
//! happen. The server tells it; a button counts it anew from the chain.

mod happening;
mod providers;
mod recount;
mod totals;
mod trend;
mod weight;

use app_core::{
    chain::{Clock, Reader, jobs_listed},
    list::{ChoiceOfMany, ListQuery, Listed, Order, Orders, PAGE, Rows, Search},
    live::{Live, Watched},
    routes, server,
};
use app_ui::messages::{empty::Ghost, notice::Notice};
use jobs::{
    FAMILY,
    api::{NetworkDetail, ProviderQuery, ProviderRow},
};
use leptos::{prelude::*, task::spawn_local};
use protocol::api::Status;

use crate::{context::Known, names, tabs::Head};
use happening::Happening;
use providers::Providers;
use recount::Recount;
use totals::TotalsBox;
use trend::Trend;
use weight::Weight;

#[component]
pub fn NetworkPage() -> impl IntoView {
    let known = Known::follow();
    view! {
        <div class="page">
            <Head
                here=routes::NETWORK
                text="Who lends a machine, at which price, and what has been computed and paid so far. Nothing personal is shown: accounts, and what they measured."
            />
            <Figures />
            <ProviderList />
            <Weight known=known />
            <Happening known=known />
        </div>
    }
}

/// The figures that the server tells, or those of the chain while it is away.
#[component]
fn Figures() -> impl IntoView {
    let (live, reader, clock) = (expect_context::<Live>(), expect_context::<Reader>(), expect_context::<Clock>());
    let told = RwSignal::new(None::<NetworkDetail>);
    let away = RwSignal::new(None::<String>);
    Effect::new(move || {
        live.track([Watched::Family(FAMILY)]);
        live.track_time();
        spawn_local(async move {
            match server::network().await {
                Ok(detail) => {
                    away.try_set(detail.status.trouble.clone());
                    told.try_set(Some(detail));
                }
                Err(trouble) => match from_chain(reader, clock.now.get_untracked()).await {
                    Ok(detail) => {
                        away.try_set(Some(format!("{trouble} These figures are counted from the chain now.")));
                        told.try_set(Some(detail));
                    }
                    Err(error) => {
                        away.try_set(Some(format!("{trouble} {error}")));
                    }
                },
            }
        });
    });
    let shown = Memo::new(move |_| told.get().map(|detail| detail.network));
    view! {
        {move || away.get().map(|text| view! { <Notice tone="warn">{text}</Notice> })}
        {move || match shown.get() {
            None if away.with(Option::is_some) => ().into_any(),
            None => view! { <Ghost lines=6 /> }.into_any(),
            Some(network) => view! {
                <TotalsBox totals=network.totals />
                <Trend days=network.days />
            }
            .into_any(),
        }}
        <Recount told=told />
    }
}

/// The same figures, counted here.
async fn from_chain(reader: Reader, now: u64) -> Result<NetworkDetail, String> {
    let all = reader.computing().await.map_err(|error| error.to_string())?;
    let status = Status { block: 0, block_at: now, head: 0, trouble: None };
    Ok(NetworkDetail { network: all.network(now), status })
}

/// Keys and names of orders.
const ORDERS: Orders =
    &[("", "Lowest price"), ("speed", "Fastest"), ("memory", "Most memory"), ("units", "Most computed")];

/// Providers: search, filter, sort.
#[component]
fn ProviderList() -> impl IntoView {
    let (live, reader) = (expect_context::<Live>(), expect_context::<Reader>());
    let (list_query, [search, kind]) = ListQuery::new(routes::NETWORK, ["search", "kind"], ORDERS);
    let list = Rows::<ProviderRow>::new();
    Effect::new(move || {
        live.track([Watched::Family(FAMILY)]);
        let offset = list_query.offset.get();
        let (sort, reverse) = list_query.asked();
        let request = ProviderQuery {
            search: Some(search.get()).filter(|search| !search.is_empty()),
            kind: kind.get().parse().ok().filter(|kind| *kind < 8),
            sort,
            reverse,
            offset: Some(offset),
            limit: Some(PAGE),
            ..ProviderQuery::default()
        };
        let asked = list.ask();
        spawn_local(async move {
            let answer = server::providers(&request).await.map(|list| (list.rows, list.total, list.status));
            let chain = async { reader.computing().await.map(|all| request.select(all.book.provider_rows())) };
            let missing = || reader.missing(&[jobs_listed()], "");
            list.show(asked, answer, chain, offset, "", missing).await;
        });
    });
    view! {
        <section class="stack" aria-labelledby="providers-title">
            <h2 id="providers-title">"Providers"</h2>
            <div class="row spread">
                <Search list_query=list_query id="search" text=search label="Search providers" what="Search account" />
                <ChoiceOfMany list_query=list_query part="kind" chosen=kind id="filter-runs" label="Runs" any="Anything" choices=names::kinds() />
                <Order list_query=list_query />
            </div>
            <Listed list_query=list_query list=list one="provider" many="providers">
                <Providers rows=list.rows error=list.error list_query=list_query />
            </Listed>
        </section>
    }
}

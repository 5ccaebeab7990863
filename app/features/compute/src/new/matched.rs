//! Who could run it, cheapest first; where nobody can, what keeps whom out, and what would have to change.

use app_core::{
    chain::Reader,
    components::account::Account,
    live::{Live, Watched},
    server,
};
use app_ui::{
    format,
    messages::{
        empty::Ghost,
        notice::{Notice, Problem},
    },
};
use jobs::{
    FAMILY,
    api::{ProviderQuery, ProviderRow},
    market::{Fit, Limit, Matching, Missed, Offered, Removed, matching},
};
use leptos::{prelude::*, task::spawn_local};

use super::form::Form;
use crate::names;

/// Providers that are asked for at once, the server's most.
const ROWS: u64 = 100;

#[component]
pub fn MatchedPanel(form: Form) -> impl IntoView {
    let (live, reader) = (expect_context::<Live>(), expect_context::<Reader>());
    let providers = RwSignal::new(None::<Vec<ProviderRow>>);
    let error = RwSignal::new(None::<String>);
    Effect::new(move || {
        live.track([Watched::Family(FAMILY)]);
        spawn_local(async move {
            match read(reader).await {
                Ok(rows) => {
                    providers.try_set(Some(rows));
                    error.try_set(None);
                }
                Err(why) => {
                    error.try_set(Some(why));
                }
            }
        });
    });
    let posting = form.without_files();
    let found = Memo::new(move |_| {
        let offers: Vec<Offered> = providers.get()?.iter().map(|row| Offered::of(row, None)).collect();
        posting.with(|posting| posting.as_ref().map(|posting| matching(&posting.wanted, &offers)))
    });
    let is_read = move || providers.with(Option::is_some);
    view! {
        <section class="panel" aria-labelledby="matched">
            <header>
                <h2 id="matched">"Who could run it"</h2>
            </header>
            <div class="body stack" id="matching">
                <Problem error=error />
                {move || match found.get() {
                    Some(found) => view! { <Found found=found /> }.into_any(),
                    None if is_read() => {
                        view! { <p class="soft">"Providers are compared once limits and price are right."</p> }.into_any()
                    }
                    None if error.with(Option::is_some) => ().into_any(),
                    None => view! { <Ghost lines=3 /> }.into_any(),
                }}
            </div>
        </section>
    }
}

/// All providers: of the server, or of the chain while it is away or has more than it tells at once.
async fn read(reader: Reader) -> Result<Vec<ProviderRow>, String> {
    let query = ProviderQuery { limit: Some(ROWS), ..ProviderQuery::default() };
    match server::providers(&query).await {
        Ok(list) if list.total <= ROWS => Ok(list.rows),
        _ => reader.computing().await.map(|all| all.book.provider_rows()).map_err(|error| error.to_string()),
    }
}

#[component]
fn Found(found: Matching) -> impl IntoView {
    if found.fits.is_empty() && found.missed.is_empty() {
        return view! { <Notice tone="warn">"Nobody lends a machine on this chain yet. You can post the job, and it waits for a provider."</Notice> }
            .into_any();
    }
    let removed = found.removed();
    let nearest = found.nearest().cloned();
    let is_none = found.fits.is_empty();
    let count = format::plural(found.fits.len() as u64, "provider");
    view! {
        {is_none
            .then(|| {
                view! {
                    <Notice tone="warn">
                        "No provider fits. Nothing was sent and nothing is locked. What would have to change stands below."
                    </Notice>
                }
            })}
        {(!is_none).then(|| view! { <p id="fits-count">{format!("{count} could run it, the cheapest first:")}</p><Fits fits=found.fits.clone() /> })}
        {nearest.map(|missed| view! { <Nearest missed=missed /> })}
        {(!removed.is_empty()).then(|| view! { <Why removed=removed /> })}
    }
    .into_any()
}

/// A list: its column is narrow.
#[component]
fn Fits(fits: Vec<Fit>) -> impl IntoView {
    let row = |fit: Fit| {
        let (cost, takes) = (format::cost(fit.estimate.cost), format::duration(fit.estimate.seconds));
        view! {
            <li>
                <Account address=fit.account />
                " "
                <span class="small soft">
                    {format!("{cost} at most, about {takes}, {} a unit", names::exact(fit.price))}
                </span>
            </li>
        }
    };
    view! { <ol class="bullets" id="fits">{fits.into_iter().take(10).map(row).collect_view()}</ol> }
}

#[component]
fn Nearest(missed: Missed) -> impl IntoView {
    let sentences = missed.misses.iter().map(|(_, miss)| view! { <li>{miss.sentence()}</li> }).collect_view();
    view! {
        <div class="stack tight" id="nearest">
            <p>"The nearest is " <Account address=missed.account /> ":"</p>
            <ul class="bullets">{sentences}</ul>
        </div>
    }
}

#[component]
fn Why(removed: Vec<Removed>) -> impl IntoView {
    let line = |removed: Removed| {
        let alone = match removed.alone {
            0 => String::new(),
            alone => format!(", {} by it alone", format::count(alone as u64)),
        };
        let count = format::plural(removed.providers as u64, "provider");
        view! { <li>{format!("{}: keeps out {count}{alone}", limit(removed.limit))}</li> }
    };
    view! {
        <div class="stack tight" id="removed">
            <p class="small soft">"What keeps others out:"</p>
            <ul class="bullets">{removed.into_iter().map(line).collect_view()}</ul>
        </div>
    }
}

fn limit(limit: Limit) -> &'static str {
    match limit {
        Limit::Provider => "The provider that you named",
        Limit::State => "Pausing",
        Limit::Workload => "The kind of job",
        Limit::Machine => "The kind of machine",
        Limit::Features => "Features of the graphics card",
        Limit::Memory => "Memory",
        Limit::Time => "Speed and deadline",
        Limit::Price => "The highest price",
    }
}

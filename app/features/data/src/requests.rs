//! `/data/requests`: what others ask of me, and what I asked for. From the chain; names from the server.

use std::sync::Arc;

use app_core::{
    chain::{Clock, Learning},
    components::{account::Account, time::Moment},
    learning::Known,
    routes,
    wallet::Wallet,
};
use app_ui::{
    format,
    messages::{
        empty::{Empty, Ghost},
        notice::{Notice, Problem},
    },
};
use directory::GrantState;
use leptos::prelude::*;
use protocol::Address;

use crate::{names, tabs::Head};

#[component]
pub fn RequestsPage() -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let known = Known::follow();
    view! {
        <div class="page">
            <Head here=routes::REQUESTS />
            <Problem error=known.error />
            {move || match (wallet.account.get(), known.learning.get()) {
                (None, _) => view! {
                    <Empty icon="wallet" title="Connect a wallet">
                        <p>"Then this page shows who asks for your data, and what became of what you asked for."</p>
                    </Empty>
                }
                .into_any(),
                (_, None) => view! { <Ghost lines=4 /> }.into_any(),
                (Some(account), Some(learning)) => {
                    view! {
                        <ToMe learning=learning.clone() account=account />
                        <Mine learning=learning account=account />
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

/// Numbers of grants for which a condition holds: those that wait first, the newest first.
pub fn chosen(learning: &Learning, choose: impl Fn(&directory::Grant, Address) -> bool) -> Vec<u64> {
    let registry = &learning.book.registry;
    let ids = 1..=registry.grants.len() as u64;
    let fits = |id: &u64| registry.grant(*id).is_some_and(|(grant, dataset)| choose(grant, dataset.owner));
    let mut found: Vec<u64> = ids.filter(fits).collect();
    let pending = |id: &u64| registry.grant(*id).is_some_and(|(grant, _)| grant.state == GrantState::Pending);
    found.sort_by_key(|id| (!pending(id), std::cmp::Reverse(*id)));
    found
}

#[component]
fn ToMe(learning: Arc<Learning>, account: Address) -> impl IntoView {
    let ids = chosen(&learning, |_, owner| owner == account);
    let empty = ids.is_empty();
    view! {
        <section class="stack" aria-labelledby="to-me">
            <h2 id="to-me">"Requests to you"</h2>
            {empty.then(|| view! { <p class="soft">"Nobody has applied for a data set of yours."</p> })}
            {(!empty).then(|| view! { <Table learning=learning ids=ids other="Applicant" mine=false /> })}
        </section>
    }
}

#[component]
fn Mine(learning: Arc<Learning>, account: Address) -> impl IntoView {
    let ids = chosen(&learning, |grant, _| grant.user == account);
    let empty = ids.is_empty();
    view! {
        <section class="stack" aria-labelledby="my-requests">
            <h2 id="my-requests">"Your requests"</h2>
            {empty.then(|| view! { <p class="soft">"You have not applied for any. " <a href=routes::DATA>"See what owners offer"</a> "."</p> })}
            {(!empty).then(|| view! { <Table learning=learning ids=ids other="Owner" mine=true /> })}
        </section>
    }
}

/// Grants, with the other side of each.
#[component]
pub fn Table(learning: Arc<Learning>, ids: Vec<u64>, other: &'static str, mine: bool) -> impl IntoView {
    let rows = ids
        .into_iter()
        .map(|id| view! { <Row learning=learning.clone() id=id other=other mine=mine /> })
        .collect_view();
    view! {
        <div class="panel table-wrap">
            <table class="cards">
                <thead>
                    <tr>
                        <th>"Grant"</th>
                        <th>{other}</th>
                        <th>"State"</th>
                        <th>"Left"</th>
                        <th class="number">"Fee a task"</th>
                        <th>"Until"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(learning: Arc<Learning>, id: u64, other: &'static str, mine: bool) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let Some((grant, dataset)) = learning.book.registry.grant(id) else { return ().into_any() };
    let who = if mine { dataset.owner } else { grant.user };
    let approved = grant.state == GrantState::Approved;
    let (left, fee) = match approved {
        true => (names::left(grant), format::cost(grant.fee)),
        false => ("–".to_owned(), "–".to_owned()),
    };
    let (until, number, shown) = (grant.terms.until, grant.dataset, grant.clone());
    let reason = grant.reason.clone();
    view! {
        <tr>
            <td class="lead">
                <a class="strong" href=routes::grant(id)>{format!("Grant {id}")}</a>
                <div class="small"><a href=routes::dataset(number)>{format!("Data set {number}")}</a></div>
            </td>
            <td data-label=other>
                <Account address=who />
            </td>
            <td data-label="State">
                {move || {
                    let (word, class) = names::state(&shown, clock.now.get());
                    view! { <span class=class>{word}</span> }
                }}
                {reason.map(|reason| view! { <div class="small breakable">{format!("“{reason}”")}</div> })}
            </td>
            <td class="small" data-label="Left">{left}</td>
            <td class="number nowrap" data-label="Fee a task">{fee}</td>
            <td class="nowrap" data-label="Until">
                <Moment at=until />
            </td>
        </tr>
    }
    .into_any()
}

/// Says that something is not there.
#[component]
pub fn NotThere(what: String) -> impl IntoView {
    view! { <Notice tone="warn">{format!("There is no {what} on this chain. Check the number, and the network that the wallet is on.")}</Notice> }
}

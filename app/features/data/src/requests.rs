//! `/data/requests`: what others ask of me, and what I asked for. From the chain; names from the server.

use app_core::{
    chain::Clock,
    components::{account::Account, time::Moment},
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

use crate::{
    my_work::{MyWork, OwnGrant, grants},
    names,
    tabs::Head,
};

#[component]
pub fn RequestsPage() -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let work = expect_context::<MyWork>();
    view! {
        <div class="page">
            <Head here=routes::REQUESTS />
            <Problem error=work.source().error />
            {move || match (wallet.account.get(), work.parts.get()) {
                (None, _) => view! {
                    <Empty icon="purse" title="Connect a wallet">
                        <p>"Then this page shows who asks for your data, and what became of what you asked for."</p>
                    </Empty>
                }
                .into_any(),
                (_, None) => view! { <Ghost lines=4 /> }.into_any(),
                (Some(account), Some(parts)) => {
                    // Of what could not be read nobody can say that there is nothing.
                    let all_read = work.source().error.get().is_none();
                    let mut grants = grants(&parts);
                    // Those that wait first; among them and among the others the newest.
                    grants.sort_by_key(|part| part.grant.state != GrantState::Pending);
                    let (to_me, others): (Vec<_>, Vec<_>) =
                        grants.into_iter().partition(|part| part.dataset.owner == account);
                    // Who owns the data may have applied for it too.
                    let own = to_me.iter().filter(|part| part.grant.user == account).cloned();
                    let mine = own.chain(others).collect();
                    view! {
                        <ToMe grants=to_me all_read=all_read />
                        <Mine grants=mine all_read=all_read />
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

#[component]
fn ToMe(grants: Vec<OwnGrant>, all_read: bool) -> impl IntoView {
    let empty = grants.is_empty();
    view! {
        <section class="stack" aria-labelledby="to-me">
            <h2 id="to-me">"Requests to you"</h2>
            {(empty && all_read).then(|| view! { <p class="soft">"Nobody has applied for a data set of yours."</p> })}
            {(!empty).then(|| view! { <Table grants=grants other="Applicant" mine=false /> })}
        </section>
    }
}

#[component]
fn Mine(grants: Vec<OwnGrant>, all_read: bool) -> impl IntoView {
    let empty = grants.is_empty();
    view! {
        <section class="stack" aria-labelledby="my-requests">
            <h2 id="my-requests">"Your requests"</h2>
            {(empty && all_read).then(|| view! { <p class="soft">"You have not applied for any. " <a href=routes::DATA>"See what owners offer"</a> "."</p> })}
            {(!empty).then(|| view! { <Table grants=grants other="Owner" mine=true /> })}
        </section>
    }
}

/// Grants, with the other side of each.
#[component]
fn Table(grants: Vec<OwnGrant>, other: &'static str, mine: bool) -> impl IntoView {
    let rows = grants.into_iter().map(|part| view! { <Row part=part other=other mine=mine /> }).collect_view();
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
fn Row(part: OwnGrant, other: &'static str, mine: bool) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let OwnGrant { id, grant, dataset } = part;
    let who = if mine { dataset.owner } else { grant.user };
    let approved = grant.state == GrantState::Approved;
    let (left, fee) = match approved {
        true => (names::left(&grant), format::cost(grant.fee)),
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
}

/// Says that something is not there.
#[component]
pub fn NotThere(what: String) -> impl IntoView {
    view! { <Notice tone="warn">{format!("There is no {what} on this chain. Check the number, and the network that the wallet is on.")}</Notice> }
}

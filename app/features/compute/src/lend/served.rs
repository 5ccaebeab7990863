//! The jobs that the account ran, what they paid, and what is still to collect.

use app_core::{chain::Computing, components::time::Moment, routes};
use app_ui::{controls::copy::Copyable, format};
use compute_provider::choosing::runs;
use jobs::{Event, State};
use leptos::prelude::*;
use protocol::{Address, Amount, Digest};

use crate::{context::Known, names};

/// A job that the account ran or runs.
#[derive(Clone, PartialEq)]
struct Row {
    id: u64,
    kind: u8,
    state: State,
    /// When it was locked for this provider, and the transaction that did it.
    locked: (u64, Digest),
    /// That are paid, once it has ended.
    units: u64,
    pay: Amount,
    claimable: Amount,
}

#[component]
pub fn Served(known: Known, account: Address) -> impl IntoView {
    let rows =
        Memo::new(move |_| known.computing.with(|all| all.as_ref().map(|all| rows(all, account)).unwrap_or_default()));
    view! {
        <Earnings rows=rows />
        <section class="panel" aria-labelledby="served">
            <header>
                <h2 id="served">"Jobs on your machine"</h2>
            </header>
            <div class="table-wrap">
                <table class="cards" id="served-jobs">
                    <thead>
                        <tr>
                            <th>"Job"</th>
                            <th>"State"</th>
                            <th class="number">"Units"</th>
                            <th class="number">"Pays"</th>
                            <th class="number">"To collect"</th>
                            <th>"Locked"</th>
                            <th>"Transaction"</th>
                        </tr>
                    </thead>
                    <tbody>{move || rows.get().into_iter().map(|row| view! { <OneRow row=row /> }).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

fn rows(all: &Computing, account: Address) -> Vec<Row> {
    let mut rows: Vec<Row> = all
        .jobs()
        .filter(|(_, job, _)| runs(job, account))
        .map(|(id, job, _)| {
            let events = all.events.get(&id).map(Vec::as_slice).unwrap_or_default();
            let locked = events.iter().find(|logged| matches!(logged.event, Event::Locked { .. }));
            let (kind, state, pay) = (job.terms.kind, job.state, job.parts().0);
            let locked = locked.map_or((0, Digest::ZERO), |logged| (logged.at, logged.tx));
            Row { id, kind, state, locked, units: job.units_paid(), pay, claimable: job.claimable(account) }
        })
        .collect();
    rows.reverse();
    rows
}

/// What all of them came to.
#[component]
fn Earnings(rows: Memo<Vec<Row>>) -> impl IntoView {
    let sum = move |of: fn(&Row) -> Amount| rows.with(|rows| Amount(rows.iter().map(|row| of(row).0).sum()));
    view! {
        <dl class="figures" id="earnings">
            <div>
                <dt>"Earned"</dt>
                <dd>{move || format::mdc(sum(|row| row.pay))}</dd>
            </div>
            <div>
                <dt>"To collect"</dt>
                <dd>{move || format::mdc(sum(|row| row.claimable))}</dd>
            </div>
            <div>
                <dt>"Jobs paid"</dt>
                <dd>{move || rows.with(|rows| format::count(rows.iter().filter(|row| row.pay.0 > 0).count() as u64))}</dd>
            </div>
        </dl>
    }
}

#[component]
fn OneRow(row: Row) -> impl IntoView {
    let (word, tone) = names::state(row.state);
    let (at, tx) = row.locked;
    let none = || view! { <span class="soft">"–"</span> }.into_any();
    let claim = (row.claimable.0 > 0).then(|| {
        let href = routes::job(row.id);
        view! { <a id=format!("claim-{}", row.id) href=href>{format::mdc(row.claimable)}</a> }.into_any()
    });
    view! {
        <tr>
            <td class="lead">
                <a href=routes::job(row.id)>{format!("{}: {}", row.id, names::workload(row.kind))}</a>
            </td>
            <td data-label="State">
                <span class=format!("chip {tone}")>{word}</span>
            </td>
            <td class="number nowrap" data-label="Units">
                {if row.state.is_final() { format::count(row.units).into_any() } else { none() }}
            </td>
            <td class="number nowrap" data-label="Pays">
                {if row.state.is_final() { names::exact(row.pay).into_any() } else { none() }}
            </td>
            <td class="number nowrap" data-label="To collect">{claim.unwrap_or_else(none)}</td>
            <td class="nowrap" data-label="Locked">
                <Moment at=at />
            </td>
            <td data-label="Transaction">
                <Copyable shown=tx.short() whole=tx.to_string() what="transaction" />
            </td>
        </tr>
    }
}

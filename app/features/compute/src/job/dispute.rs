//! Who judges a disputed result, and what was found.

use app_core::components::account::Account;
use app_ui::format;
use jobs::{Dispute, Duty, Job, Juror, Verdict};
use leptos::prelude::*;

use super::Here;
use crate::names;

#[component]
pub fn DisputePanel(here: Here) -> impl IntoView {
    let dispute = here.look(|job| job.dispute.clone().map(|dispute| (dispute, found(job), job.state.is_final())));
    move || {
        dispute.get().flatten().map(|(dispute, found, is_over)| {
            view! {
                <section class="panel" aria-labelledby="dispute">
                    <header>
                        <h2 id="dispute">"Dispute"</h2>
                        <span class="chip" id="verdict">{found}</span>
                    </header>
                    <div class="body stack">
                        <Sides dispute=dispute.clone() is_over=is_over />
                        <p class="small soft">
                            "Jurors are drawn by deposit, one chance for each MDC, up to eight. Who holds most of that weight could have its own jurors drawn: a \
                            second round makes that dearer, and does not rule it out."
                        </p>
                    </div>
                    {(!dispute.jurors.is_empty()).then(|| view! { <Jurors dispute=dispute.clone() /> })}
                </section>
            }
        })
    }
}

fn found(job: &Job) -> &'static str {
    // Before the end another round may find otherwise.
    match (job.verdict().map(|(verdict, _)| verdict), job.state.is_final()) {
        (Some(Verdict::Stands), true) => "The result stands",
        (Some(Verdict::Stands), false) => "So far: it stands",
        (Some(Verdict::Wrong), true) => "The result is wrong",
        (Some(Verdict::Wrong), false) => "So far: it is wrong",
        _ => "Nothing decided",
    }
}

#[component]
fn Sides(dispute: Dispute, is_over: bool) -> impl IntoView {
    let shown = match (dispute.shown.is_some(), is_over) {
        (true, _) => "yes",
        (false, true) => "no",
        (false, false) => "not yet",
    };
    view! {
        <dl class="pairs">
            <dt>"Challenged by"</dt>
            <dd>
                <Account address=dispute.challenger />
            </dd>
            {dispute.escalator.map(|who| view! { <dt>"Second round asked by"</dt><dd><Account address=who /></dd> })}
            <dt>"Round"</dt>
            <dd>{format!("{} of 2 at most", dispute.round)}</dd>
            <dt>"A juror that is right gets"</dt>
            <dd>{names::exact(dispute.fee)}</dd>
            <dt>"A juror that is silent or wrong loses"</dt>
            <dd>{names::exact(dispute.duty())}</dd>
            <dt>"Shown by the provider"</dt>
            <dd>{shown}</dd>
        </dl>
    }
}

#[component]
fn Jurors(dispute: Dispute) -> impl IntoView {
    let first = dispute.first;
    let rows = dispute.jurors.into_iter().enumerate().map(move |(at, juror)| {
        let round = if at < first { 1 } else { 2 };
        view! { <OneJuror juror=juror round=round /> }
    });
    view! {
        <div class="table-wrap">
            <table class="cards" id="jurors">
                <thead>
                    <tr>
                        <th>"Juror"</th>
                        <th class="number">"Round"</th>
                        <th>"State"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn OneJuror(juror: Juror, round: u64) -> impl IntoView {
    let (word, tone) = match juror.duty {
        Duty::Drawn => ("drawn", ""),
        Duty::Committed => ("has committed", "live"),
        Duty::Revealed => ("has answered", "good"),
    };
    view! {
        <tr>
            <td class="lead">
                <Account address=juror.who />
            </td>
            <td class="number" data-label="Round">{format::count(round)}</td>
            <td data-label="State">
                <span class=format!("chip {tone}")>{word}</span>
            </td>
        </tr>
    }
}

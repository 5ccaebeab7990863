//! What a job is, what it may use and cost, and which files it is made of.

use app_core::components::{account::Account, download::Download, time::Deadline};
use app_ui::{controls::copy::Copyable, format};
use compute_recipe::MODULE_CID;
use jobs::{Files, Job, Run, Terms, kind, market::Audits};
use leptos::prelude::*;
use protocol::{
    Amount, Digest,
    cid::{Cid, Codec},
};

use super::Here;
use crate::names;

#[component]
pub fn About(here: Here) -> impl IntoView {
    let job = here.look(Clone::clone);
    view! {
        <section class="panel" aria-labelledby="about">
            <header>
                <h2 id="about">"What it is"</h2>
            </header>
            <div class="body stack">
                {move || job.get().map(|job| view! { <Pairs job=job /> })}
            </div>
        </section>
    }
}

#[component]
fn Pairs(job: Job) -> impl IntoView {
    let Job { client, terms, files, run, .. } = job;
    let price = run.as_ref().map_or(terms.highest_price, |run| run.price);
    let checkpoints = if terms.every < terms.units {
        format!("after every {}", format::plural(terms.every, "unit"))
    } else {
        "none".to_owned()
    };
    let judged = if kind::can_be_judged(terms.kind) {
        format!(
            "{} by the hash of a block; a second round has three times as many",
            format::plural(terms.jurors.into(), "juror")
        )
    } else {
        "Nobody can judge this kind by running it again: a dispute ends undecided, and the last voucher counts."
            .to_owned()
    };
    view! {
        <dl class="pairs">
            <dt>"Client"</dt>
            <dd>
                <Account address=client />
            </dd>
            {run.as_ref().map(|run| view! { <dt>"Provider"</dt><dd><Account address=run.provider /></dd> })}
            {amounts(&terms, run.is_some(), price).into_iter().map(|(name, text)| view! { <dt>{name}</dt><dd>{text}</dd> }).collect_view()}
            <dt>"Deadline"</dt>
            <dd>
                <Deadline at=terms.deadline />
            </dd>
            <dt>"Checkpoints"</dt>
            <dd>{checkpoints}</dd>
            <dt>"Disputes"</dt>
            <dd>{judged}</dd>
            <dt>"Audits"</dt>
            <dd>{Audits::of(&terms, price).sentence()}</dd>
        </dl>
        <FileList files=files run=run />
    }
}

/// What it may use, and what it costs.
fn amounts(terms: &Terms, is_locked: bool, price: Amount) -> Vec<(&'static str, String)> {
    let name = if is_locked { "Price of a unit" } else { "Highest price of a unit" };
    vec![
        ("Units", format!("at most {}, each a million metered instructions", format::count(terms.units))),
        (name, names::exact(price)),
        ("Costs at most", names::exact(terms.escrow(price))),
        ("Stake of the provider", names::exact(terms.stake)),
        ("Memory", names::memory(terms.memory_mib)),
        ("Runs", format!("at most {}", format::duration(terms.max_seconds.into()))),
        ("Can be challenged", format!("for {} after the result", format::duration(terms.window.into()))),
    ]
}

/// The files by their CIDs: texts of strangers, which are shown and never opened by themselves.
#[component]
fn FileList(files: Files, run: Option<Run>) -> impl IntoView {
    let sealed = run.as_ref().map(|run| run.file).filter(|file| *file != Digest::ZERO);
    let checkpoint = run.and_then(|run| run.checkpoint);
    // The chain has the hash alone, of a file of one block or of several.
    let of = |file: Digest| (Cid::raw(file).to_string(), Some(Cid { codec: Codec::DagPb, digest: file }.to_string()));
    let named = |cid: String| (!cid.is_empty()).then_some((cid, None));
    let files = [
        ("Workload", "workload.wasm", named(files.workload)),
        ("Inputs", "inputs.json", named(files.inputs)),
        ("Goes on from", "checkpoint.bin", named(files.resumed)),
        ("Last agreed checkpoint", "agreed-checkpoint.bin", checkpoint.map(of)),
        ("Sealed result", "result.sealed", sealed.map(of)),
    ];
    let shown = files.into_iter().filter_map(|(name, file, cid)| {
        let (cid, or) = cid?;
        Some(view! {
            <dt>{name}</dt>
            <dd class="row tight">
                <Copyable shown=short(&cid) whole=cid.clone() what="CID" />
                {if cid == MODULE_CID {
                    view! { <span class="soft">"the trainer, which every provider has"</span> }.into_any()
                } else {
                    view! { <Download cid=cid or=or name=file quiet=true /> }.into_any()
                }}
            </dd>
        })
    });
    view! { <dl class="pairs" id="job-files">{shown.collect_view()}</dl> }
}

/// A CID shortened; another text as it is, cut.
fn short(text: &str) -> String {
    text.parse::<Cid>().map_or_else(|_| text.chars().take(24).collect(), |cid| cid.short())
}

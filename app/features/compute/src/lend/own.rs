//! What the account offers, and its deposit.

use app_core::components::time::Moment;
use app_ui::format;
use jobs::{Provider, market::LARGEST_SHARE};
use leptos::prelude::*;
use protocol::{Address, Amount};

use crate::{context::Known, names};

#[component]
pub fn OwnMachine(known: Known, account: Address) -> impl IntoView {
    let provider = Memo::new(move |_| known.computing.with(|all| all.as_ref()?.book.provider(account).cloned()));
    view! {
        <section class="panel" aria-labelledby="own-machine">
            <header>
                <h2 id="own-machine">"Your machine"</h2>
                {move || provider.get().map(|provider| view! { <Stands provider=provider /> })}
            </header>
            <div class="body stack">
                {move || provider.get().map(|provider| view! { <Pairs provider=provider /> })}
                <p class="small soft">
                    {format!("It keeps at least {} % of its processors and memory for itself. Price, pause and leaving: ", 100 - LARGEST_SHARE)}
                    <code>"agent worker"</code>
                    "."
                </p>
            </div>
        </section>
    }
}

#[component]
fn Stands(provider: Provider) -> impl IntoView {
    let (word, tone) = if provider.weight > 0 { ("Takes jobs", "good") } else { ("Pauses", "warn") };
    view! { <span class=format!("chip {tone}") id="machine-state">{word}</span> }
}

#[component]
fn Pairs(provider: Provider) -> impl IntoView {
    let offer = provider.offer;
    let locked = match provider.locked {
        Amount::ZERO => "none of it is locked".to_owned(),
        locked => format!("{} of it are locked for jobs and for duties as a juror", names::exact(locked)),
    };
    view! {
        <dl class="pairs">
            <dt>"Runs"</dt>
            <dd>{names::workloads(&offer)}</dd>
            <dt>"Price of a unit"</dt>
            <dd>{names::exact(offer.price)}</dd>
            <dt>"Measured"</dt>
            <dd>{names::speed(offer.units_per_second.into())}</dd>
            <dt>"Memory of a job"</dt>
            <dd>{format!("at most {}", names::memory(offer.memory_mib))}</dd>
            <dt>"Deposit"</dt>
            <dd>{format!("{}; {locked}", format::mdc(provider.deposit))}</dd>
            <dt>"Offered since"</dt>
            <dd>
                <Moment at=provider.since />
            </dd>
        </dl>
    }
}

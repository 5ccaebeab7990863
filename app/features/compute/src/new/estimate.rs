//! What it will cost, before anything is signed, with the formula of NuNet's first market beside it.

use app_ui::{controls::field::Field as Input, format};
use jobs::market::{Audits, Demand, Posting, nunet_price};
use leptos::prelude::*;

use super::form::Form;
use crate::names;

#[component]
pub fn EstimatePanel(form: Form) -> impl IntoView {
    let posting = form.without_files();
    view! {
        <section class="panel" aria-labelledby="estimate">
            <header>
                <h2 id="estimate">"What it costs"</h2>
            </header>
            <div class="body stack">
                {move || match posting.get() {
                    Some(posting) => view! { <Ours posting=posting /> }.into_any(),
                    None => view! { <p class="soft">"An estimate stands here once limits and price are right."</p> }.into_any(),
                }}
                <Theirs posting=posting />
            </div>
        </section>
    }
}

#[component]
fn Ours(posting: Posting) -> impl IntoView {
    let terms = posting.terms;
    let pairs = [
        ("You lock at most", format::cost(terms.escrow(terms.highest_price))),
        ("The provider’s stake", names::exact(terms.stake)),
        (
            "Between two checkpoints",
            names::exact(jobs::Terms { units: terms.every, ..terms }.escrow(terms.highest_price)),
        ),
    ];
    view! {
        <dl class="pairs" id="estimate-ours">
            {pairs.into_iter().map(|(name, text)| view! { <dt>{name}</dt><dd>{text}</dd> }).collect_view()}
        </dl>
        <p class="small soft">"You pay only for metered units, at the quoted price; the rest comes back."</p>
        <p class="small" id="audits-mean">{Audits::of(&terms, terms.highest_price).sentence()}</p>
    }
}

/// For comparison alone.
#[component]
fn Theirs(posting: Memo<Option<Posting>>) -> impl IntoView {
    let demand = RwSignal::new(0_usize);
    let watts = RwSignal::new("170".to_owned());
    let problem = Signal::derive(move || {
        let is_number = watts.with(|text| text.trim().parse::<u32>().is_ok());
        (!is_number).then(|| "Give watts as a whole number.".to_owned())
    });
    let price = move || {
        let seconds = posting.with(|posting| posting.as_ref().map(|posting| posting.terms.max_seconds))?;
        let watts = watts.with(|text| text.trim().parse::<u32>().ok())?;
        let demand = Demand::ALL.get(demand.get()).copied()?;
        Some(format!("{} NTX", nunet_price(demand, seconds.into(), watts)))
    };
    view! {
        <p class="small soft" id="estimate-nunet">
            "NuNet’s first market would have said "
            <strong>{move || price().unwrap_or_else(|| "nothing".to_owned())}</strong>
            " for the longest time that it may run: t · (r + 0.00016 · W). NTX is another coin, and nothing was metered there."
        </p>
        <details>
            <summary>"Usage and power in that formula"</summary>
            <div class="stack tight">
                <div class="field">
                    <label for="field-demand">"Resource usage"</label>
                    <select
                        id="field-demand"
                        prop:value=move || demand.get().to_string()
                        on:change=move |event| demand.set(event_target_value(&event).parse().unwrap_or_default())
                    >
                        <option value="0">"Low"</option>
                        <option value="1">"Moderate"</option>
                        <option value="2">"High"</option>
                    </select>
                </div>
                <Input id="field-watts" label="Power of the machine" value=watts suffix="W" problem=problem />
            </div>
        </details>
    }
}

use leptos::prelude::*;
use shared_model::state::{Contribution, Ending};

use super::{super::ModelContext, Found, Whose, claim::Claim, original::WhatItWas};
use app_core::components::{account::Account, time::Moment};
use app_ui::{controls::copy::Copyable, format};

/// One contribution.
#[component]
pub(super) fn Row(context: ModelContext, whose: Whose, found: Found) -> impl IntoView {
    let key = found.key;
    let contribution = Memo::new(move |_| context.with_model(|model| model.contribution(&key).cloned()).flatten());
    let whole = Memo::new(move |_| context.history.with(Option::is_some));
    view! {
        <li>
            {move || match contribution.get() {
                None if !whole.get() => view! { <p class="soft">"This contribution is being read."</p> }.into_any(),
                None => view! {
                    <p class="soft">{format!("The server lists {} but the chain has no such contribution yet.", key.short())}</p>
                }
                    .into_any(),
                Some(c) => view! { <Filled context=context whose=whose contribution=c original=found.original.clone() /> }.into_any(),
            }}
        </li>
    }
}

#[component]
fn Filled(context: ModelContext, whose: Whose, contribution: Contribution, original: Option<String>) -> impl IntoView {
    let record = contribution.record;
    let state = match contribution.ending {
        None if record.left.0 == 0 && record.initial.0 > 0 => {
            view! { <span class="chip live">"Refunded, its point is open"</span> }.into_any()
        }
        None if record.known => view! { <span class="chip">"Not settled, was known"</span> }.into_any(),
        None => view! { <span class="chip live">"Not settled"</span> }.into_any(),
        Some(Ending::Refunded { point: true }) => {
            view! { <span class="chip good">"Refunded, +1 point"</span> }.into_any()
        }
        Some(Ending::Refunded { point: false }) => view! { <span class="chip">"Refunded"</span> }.into_any(),
        Some(Ending::Taken) => view! { <span class="chip bad">"Taken"</span> }.into_any(),
        Some(Ending::Evaluated) => view! { <span class="chip good">"Counted"</span> }.into_any(),
    };
    let sample = contribution.sample.clone();
    view! {
        <div class="stack tight">
            <WhatItWas context=context sample=sample.clone() original=original />
            <p class="row small facts">
                <span class="strong">{move || context.class(record.label)}</span>
                {state}
                <span class="soft">
                    {if record.initial.0 == 0 {
                        "no deposit".to_owned()
                    } else if record.left == record.initial {
                        format::mdc(record.initial)
                    } else {
                        format!("{} of {} left", format::mdc(record.left), format::mdc(record.initial))
                    }}
                </span>
                <Moment at=record.at />
                {matches!(whose, Whose::Others(_)).then(|| view! { <Account address=record.contributor /> })}
                <Copyable shown=record.key.short() whole=record.key.to_string() what="key" />
            </p>
            {(!record.settled).then(|| view! { <Claim context=context whose=whose key=record.key sample=sample label=record.label /> })}
        </div>
    }
}

use bounty::{Phase, Reliability, Standing};
use leptos::prelude::*;

use crate::names;
use app_ui::icon::Icon;

/// A phase as a chip with a word and a shape.
#[component]
pub fn PhaseChip(phase: Phase) -> impl IntoView {
    let (name, icon, tone) = names::phase(phase);
    view! {
        <span class=format!("chip {tone}")>
            <Icon name=icon />
            {name}
        </span>
    }
}

/// Where a submission stands, as a chip.
#[component]
pub fn SubmissionChip(standing: Standing) -> impl IntoView {
    let (name, tone) = names::submission(standing);
    view! { <span class=format!("chip {tone}")>{name}</span> }
}

/// How reliably a requester revealed ground truths so far, in a few words.
#[component]
pub fn Reliable(reliability: Reliability) -> impl IntoView {
    view! { <div class=names::reliability(&reliability)>{reliability.words()}</div> }
}

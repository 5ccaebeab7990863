use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use ml_evaluation::{Confusion, Paired};
use protocol::Address;

use super::{evidence::Evidence, importance::ImportancePanel};
use crate::recheck;
use app_core::components::account::Account;
use app_ui::{
    evaluation::{Evaluation, words},
    messages::notice::Notice,
};

/// Class index of each test row.
type Labels = Arc<Vec<u8>>;
/// What a trainer revealed, by who it was; an error is a sentence.
type Fetched = RwSignal<Option<(Address, Result<Labels, String>)>>;

/// What the score of one trainer rests on, below the table.
#[component]
pub fn Details(evidence: Evidence, trainer: Address) -> impl IntoView {
    let said: Fetched = RwSignal::new(None);
    spawn_local(fetch(evidence, trainer, said));
    let panel = NodeRef::<leptos::html::Div>::new();
    Effect::new(move || {
        if let Some(panel) = panel.get() {
            panel.scroll_into_view_with_bool(false);
        }
    });
    view! {
        <div class="body stack" id="score-details" node_ref=panel>
            <h3>"The score of " <Account address=trainer /></h3>
            {move || match (evidence.truth.get(), said.get().map(|(_, said)| said)) {
                (Some(Err(why)), _) => view! { <Notice tone="warn">{why}</Notice> }.into_any(),
                (Some(Ok(truth)), Some(Ok(said))) => {
                    view! { <Counted evidence=evidence trainer=trainer truth=truth said=said /> }.into_any()
                }
                (_, Some(Err(why))) => view! { <Notice tone="warn">{why}</Notice> }.into_any(),
                _ => view! { <p class="soft" role="status">"Fetching what was revealed…"</p> }.into_any(),
            }}
        </div>
    }
}

async fn fetch(evidence: Evidence, trainer: Address, into: Fetched) {
    let known = evidence.known().and_then(|(bounty, _)| Some((bounty.submission(&trainer)?.clone(), bounty)));
    let found = match known {
        Some((submission, bounty)) => {
            let found = recheck::predictions(evidence.reader, evidence.settings, &bounty, &submission).await;
            found.map(Arc::new).map_err(|e| e.to_string())
        }
        None => Err("The description of the bounty could not be fetched, so its classes have no names.".to_owned()),
    };
    // Somebody else may have been chosen meanwhile: the caller looks whose it is.
    into.try_set(Some((trainer, found)));
}

#[component]
fn Counted(evidence: Evidence, trainer: Address, truth: Labels, said: Labels) -> impl IntoView {
    let classes = evidence.known().map(|(_, metadata)| metadata.classes).unwrap_or_default();
    let pairs = truth.iter().zip(said.iter()).map(|(truth, said)| (usize::from(*truth), usize::from(*said)));
    let counted = Confusion::of(classes.len(), pairs);
    view! {
        <Evaluation counted=counted classes=classes />
        <Comparison evidence=evidence trainer=trainer truth=truth.clone() said=said />
        <ImportancePanel evidence=evidence trainer=trainer truth=truth />
    }
}

/// Row by row against the baselines and against another trainer.
#[component]
fn Comparison(evidence: Evidence, trainer: Address, truth: Labels, said: Labels) -> impl IntoView {
    let others: Vec<Address> = evidence.revealed().into_iter().filter(|other| *other != trainer).collect();
    let (other, theirs): (_, Fetched) = (RwSignal::new(None::<Address>), RwSignal::new(None));
    let choose = move |event| {
        let chosen = event_target_value(&event).parse::<Address>().ok();
        other.set(chosen);
        theirs.set(None);
        if let Some(chosen) = chosen {
            spawn_local(fetch(evidence, chosen, theirs));
        }
    };
    let rows = truth.len();
    let compare =
        move |with: &[u8], name: &str| words::compared(Paired::of(&truth, &said, with), "this submission", name);
    let lines = move || {
        let majority = evidence
            .majority
            .get()
            .map(|majority| compare(&vec![majority.class as u8; rows], "the most frequent class"));
        let quick = evidence.quick.get().map(|quick| compare(&quick, "the quick model"));
        let other = other.get().and_then(|other| {
            let (whose, theirs) = theirs.get()?;
            (whose == other).then(|| match theirs {
                Ok(theirs) => compare(&theirs, &other.short()),
                Err(why) => why,
            })
        });
        [majority, quick, other].into_iter().flatten().map(|text| view! { <li>{text}</li> }).collect_view()
    };
    view! {
        <div class="stack tight">
            <h4>"Row by row"</h4>
            <ul class="small" id="row-by-row">{lines}</ul>
            {(!others.is_empty())
                .then(|| {
                    view! {
                        <label class="row tight small">
                            <span class="soft">"Compare with"</span>
                            <select id="compare-with" style:width="auto" on:change=choose>
                                <option value="">"nobody else"</option>
                                {others
                                    .into_iter()
                                    .map(|other| view! { <option value=other.to_string()>{other.short()}</option> })
                                    .collect_view()}
                            </select>
                        </label>
                    }
                })}
        </div>
    }
}

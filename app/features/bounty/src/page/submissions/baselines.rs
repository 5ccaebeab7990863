use leptos::prelude::*;
use ml_evaluation::Majority;

use super::evidence::Evidence;
use app_ui::{controls::busy_button::BusyButton, evaluation::words, format, messages::run::RunState};

/// What is scored without looking, and by a quick model: a score is worth what it is above these.
#[component]
pub fn Baselines(evidence: Evidence) -> impl IntoView {
    move || {
        evidence.labels().map(|_| {
            view! {
                {move || evidence.majority.get().map(|majority| view! { <Always evidence=evidence majority=majority /> })}
                <Quick evidence=evidence />
            }
        })
    }
}

/// Always the same class.
#[component]
fn Always(evidence: Evidence, majority: Majority) -> impl IntoView {
    let class = evidence
        .known()
        .and_then(|(_, metadata)| metadata.classes.get(majority.class).map(|class| dataset::plain(class)));
    view! {
        <tr id="baseline-majority" data-right=majority.right>
            <td data-label="Baseline">
                <div>
                    <span class="breakable">{format!("Always “{}”", class.unwrap_or_default())}</span>
                    <div class="small soft">"the most frequent class of train.csv"</div>
                </div>
            </td>
            <td data-label="State">
                <span class="chip">"baseline"</span>
            </td>
            <td data-label="Score">{score(majority.right, majority.rows)}</td>
            <td></td>
            <td></td>
        </tr>
    }
}

/// A logistic regression, trained in this page when it is asked for.
#[component]
fn Quick(evidence: Evidence) -> impl IntoView {
    let counted = move || {
        let (truth, said) = (evidence.labels()?, evidence.quick.get()?);
        let right = truth.iter().zip(said.iter()).filter(|(truth, said)| truth == said).count();
        Some((right as u64, truth.len() as u64))
    };
    let press = Callback::new(move |()| evidence.train());
    view! {
        <tr id="baseline-quick" data-right=move || counted().map(|(right, _)| right)>
            <td data-label="Baseline">
                <div>
                    "Quick model"
                    <div class="small soft">"logistic regression on train.csv, trained in this page with its usual options"</div>
                </div>
            </td>
            <td data-label="State">
                <span class="chip">"baseline"</span>
            </td>
            <td data-label="Score">
                {move || match counted() {
                    Some((right, rows)) => score(right, rows).into_any(),
                    None => {
                        view! {
                            <div class="stack tight">
                                <div class="row tight">
                                    <BusyButton label="Train it" id="train-quick" class="small" busy=evidence.run.busy on_press=press />
                                    <Show when=move || evidence.run.busy.get()>
                                        <button class="button small" type="button" id="stop-quick" on:click=move |_| evidence.stop()>
                                            "Stop"
                                        </button>
                                    </Show>
                                </div>
                                <RunState run=evidence.run />
                            </div>
                        }
                            .into_any()
                    }
                }}
            </td>
            <td></td>
            <td></td>
        </tr>
    }
}

fn score(right: u64, rows: u64) -> impl IntoView {
    view! {
        <div class="score">
            <span class="nowrap">{format::score(right as u32, rows as u32)}</span>
            <meter min="0" max=rows value=right aria-label="Score of the baseline"></meter>
            <span class="small soft nowrap">{words::likely(right, rows)}</span>
        </div>
    }
}

//! What a task computes and costs, and where everything in it comes from.

use app_core::components::{account::Account, download::Download, time::Deadline};
use app_ui::{controls::copy::Copyable, format};
use leptos::prelude::*;
use mpc_run::{
    Spec,
    spec::{Rows, Work},
};
use protocol::cid::Cid;
use tasks::State;

use super::Here;
use crate::names;

#[component]
pub fn About(here: Here) -> impl IntoView {
    let draft = here.look(|task| (task.draft.clone(), task.requester, task.state));
    view! {
        <section class="panel" aria-labelledby="about">
            <header>
                <h2 id="about">"What it computes"</h2>
            </header>
            <div class="body stack">
                <dl class="pairs">
                    {move || here.with_spec(|spec| computes(spec).into_iter().map(|(name, text)| view! { <dt>{name}</dt><dd>{text}</dd> }).collect_view())}
                    {move || {
                        draft
                            .get()
                            .map(|(draft, requester, state)| {
                                let waits = matches!(state, State::Confirming | State::Ready);
                                let cid = Cid::raw(draft.spec).to_string();
                                view! {
                                    <dt>"Requester"</dt>
                                    <dd>
                                        <Account address=requester />
                                    </dd>
                                    <dt>"Fees"</dt>
                                    <dd>
                                        {format!(
                                            "{} to each computing seat beside its grant; at most {} to helpers; each seat locks {}",
                                            format::cost(draft.compute_fee),
                                            format::cost(draft.helper_budget),
                                            format::cost(draft.bond),
                                        )}
                                    </dd>
                                    {waits.then(|| view! { <dt>"Start by"</dt><dd><Deadline at=draft.start_by /></dd> })}
                                    <dt>"A run lasts"</dt>
                                    <dd>{format!("at most {}", format::duration(draft.max_seconds.into()))}</dd>
                                    <dt>"Its file"</dt>
                                    <dd class="row tight">
                                        <Copyable shown=Cid::raw(draft.spec).short() whole=cid.clone() what="CID" />
                                        <Download cid=cid name="task.json" quiet=true />
                                    </dd>
                                }
                            })
                    }}
                </dl>
            </div>
        </section>
    }
}

/// A task in words.
pub fn computes(spec: &Spec) -> Vec<(&'static str, String)> {
    let mut pairs = Vec::new();
    for (place, owner) in spec.owners.iter().enumerate() {
        let name = if place == 0 { "First owner" } else { "Second owner" };
        let columns = if owner.columns.is_empty() { String::new() } else { format!(": {}", owner.columns.join(", ")) };
        pairs.push((name, format!("data set {}{columns}", owner.dataset)));
    }
    pairs.push((
        "Rows",
        match &spec.rows {
            Rows::Given { count } => format!("{} in the same order at both", format::plural((*count).into(), "row")),
            Rows::Common { keys, declared, .. } => format!(
                "those whose “{}” and “{}” are the same; lists are padded to {} and {}",
                keys[0],
                keys[1],
                format::count(declared[0].into()),
                format::count(declared[1].into())
            ),
        },
    ));
    match &spec.work {
        Work::Intersect(_) => {}
        Work::Train(train) => {
            pairs.push(("Label", format!("“{}” of seat {}", train.label.column, train.label.owner + 1)));
            pairs.push(("Evaluated", evaluation(&train.evaluation)));
            let metrics: Vec<&str> = train.metrics.iter().map(|one| names::metric(*one)).collect();
            pairs.push(("Metrics", format!("{}, to seat {}", metrics.join(", "), train.receiver + 1)));
            if train.ridge > 0.0 {
                pairs.push(("Ridge", train.ridge.to_string()));
            }
        }
        Work::Predict(predict) => {
            pairs.push(("Predictions", format!("to seat {}", predict.receiver + 1)));
        }
    }
    pairs
}

pub fn evaluation(evaluation: &mpc_run::spec::Evaluation) -> String {
    use mpc_run::spec::Evaluation;
    match evaluation {
        Evaluation::Training => "on the rows that it was fitted to".into(),
        Evaluation::Split { test } => format!("on the last {}", format::plural(*test as u64, "row")),
        Evaluation::Share { percent } => format!("on {percent} of a hundred rows"),
        Evaluation::Folds(folds) => format!("{folds}-fold"),
        Evaluation::LeaveOneOut => "leaving one out".into(),
    }
}

//! Where a task comes from and what came of it: data sets, grants, the model, predictions with it.

use app_core::{chain::Learning, components::account::Account, routes};
use leptos::prelude::*;
use protocol::Address;
use tasks::{Kind, State};

use super::Here;

/// Data of an owner, under a grant.
#[derive(Clone, PartialEq)]
struct Source {
    seat: usize,
    owner: Address,
    grant: u64,
    dataset: u64,
}

#[derive(Clone, PartialEq)]
struct Lineage {
    sources: Vec<Source>,
    /// Task whose model is used, 0 for none.
    model_of: u64,
    waits_for: u64,
    version: u32,
    step: (usize, usize),
    /// Whether this task has made a model.
    has_model: bool,
    /// Tasks that use its model.
    uses: Vec<u64>,
}

fn lineage(known: &Learning, id: u64) -> Option<Lineage> {
    let task = known.book.task(id)?;
    let granted = task.seats.iter().enumerate().filter(|(_, seat)| seat.grant != 0);
    let sources = granted.map(|(at, seat)| {
        let dataset = known.book.registry.grant(seat.grant).map_or(0, |(grant, _)| grant.dataset);
        Source { seat: at + 1, owner: seat.holder, grant: seat.grant, dataset }
    });
    Some(Lineage {
        sources: sources.collect(),
        model_of: task.model_of,
        waits_for: task.waits_for,
        version: known.book.versions().get(&id).copied().unwrap_or(1),
        step: known.book.pipeline_steps().get(&id).copied().unwrap_or((1, 1)),
        has_model: task.draft.kind == Kind::Train && task.state == State::Finished,
        uses: known.book.with_model_of(id),
    })
}

#[component]
pub fn LineagePanel(here: Here) -> impl IntoView {
    let found = Memo::new(move |_| here.known.learning.with(|known| lineage(known.as_ref()?, here.id)));
    view! {
        <section class="panel" aria-labelledby="lineage" id="task-lineage">
            <header>
                <h2 id="lineage">"Where it comes from, and what came of it"</h2>
            </header>
            <div class="body">{move || found.get().map(|found| view! { <Shown found=found /> })}</div>
        </section>
    }
}

#[component]
fn Shown(found: Lineage) -> impl IntoView {
    let Lineage { sources, model_of, waits_for, version, step, has_model, uses } = found;
    let task = |id: u64| view! { <a href=routes::task(id)>{format!("task {id}")}</a> };
    view! {
        <dl class="pairs">
            <dt>"Data"</dt>
            <dd>
                <ul>
                    {sources
                        .into_iter()
                        .map(|source| {
                            view! {
                                <li>
                                    <a href=routes::dataset(source.dataset)>{format!("Data set {}", source.dataset)}</a>
                                    ", under "
                                    <a href=routes::grant(source.grant)>{format!("grant {}", source.grant)}</a>
                                    {format!(", at seat {}: ", source.seat)}
                                    <Account address=source.owner />
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </dd>
            {(model_of != 0).then(|| view! { <dt>"Model"</dt><dd>"Made by " {task(model_of)}</dd> })}
            {(waits_for != 0).then(|| view! { <dt>"Comes after"</dt><dd>{task(waits_for)}</dd> })}
            <dt>"This task"</dt>
            <dd>{format!("Version {version}, step {} of {}", step.0, step.1)}</dd>
            {has_model
                .then(|| view! { <dt>"Its model"</dt><dd>"Stays shared: each owner keeps one half in its own vault."</dd> })}
            {(!uses.is_empty())
                .then(|| {
                    let all = uses.into_iter().map(|id| view! { <li>{task(id)}</li> }).collect_view();
                    view! { <dt>"Predictions with it"</dt><dd><ul>{all}</ul></dd> }
                })}
        </dl>
    }
}

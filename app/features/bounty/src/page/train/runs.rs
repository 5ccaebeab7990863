//! Trainings side by side.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    judged::TrainedRun,
    options::{described, name},
    session::Session,
};
use app_ui::{evaluation::words, format};

/// All trainings of this visit, where there are several to compare.
#[component]
pub fn Runs(session: Session) -> impl IntoView {
    let several = Memo::new(move |_| session.runs.with(|runs| runs.len() > 1));
    let rows = move || {
        let runs = session.runs.get();
        let best = TrainedRun::best(&runs);
        let against = best.and_then(|at| runs.get(at).cloned());
        let row = |(at, run): (usize, Arc<TrainedRun>)| {
            let against = against.clone().filter(|_| best != Some(at));
            view! { <Row session=session at=at run=run against=against best=best == Some(at) /> }
        };
        runs.into_iter().enumerate().map(row).collect_view()
    };
    view! {
        <Show when=move || several.get()>
            <div class="stack tight">
                <h3>"Models of this visit"</h3>
                <div class="table-wrap" tabindex="0" role="group" aria-label="Models of this visit">
                    <table class="cards snug" id="runs">
                        <thead>
                            <tr>
                                <th>"Model"</th>
                                <th>"Right on rows kept aside"</th>
                                <th>"Against the best"</th>
                                <th class="number">"Time"</th>
                                <th class="number">"Size"</th>
                                <th>
                                    <span class="visually-hidden">"What can be done"</span>
                                </th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                <p class="small soft">
                    {words::LIKELY}
                    " The best of several is flattered by the choice; what it scores on the test rows may be a little lower."
                </p>
            </div>
        </Show>
    }
}

#[component]
fn Row(
    session: Session,
    at: usize,
    run: Arc<TrainedRun>,
    against: Option<Arc<TrainedRun>>,
    best: bool,
) -> impl IntoView {
    let summary = &run.trained.summary;
    let seconds = run.points.last().map_or(0.0, |point| f64::from(point.seconds));
    let compared = against.map(|best| match run.compared(&best) {
        Some(paired) => words::compared_shortly(paired),
        None => "judged by other rows".into(),
    });
    let number = at + 1;
    let shown = move || session.shown.get() == Some(at);
    view! {
        <tr data-run=number data-best=best.to_string()>
            <td data-label="Model">
                <div>
                    {format!("{number}. {} ", name(run.options.algorithm))}
                    {best.then(|| view! { <span class="chip good">"best"</span> })}
                    {summary.stopped.then(|| view! { <span class="chip">"stopped"</span> })}
                    <div class="small soft">{described(&run.options)}</div>
                </div>
            </td>
            <td data-label="Right on rows kept aside">{score(&run)}</td>
            <td data-label="Against the best" class="small">{compared.unwrap_or_else(|| "–".into())}</td>
            <td class="number nowrap" data-label="Time">{format::span(seconds * 1e6)}</td>
            <td class="number nowrap" data-label="Size">{format::bytes(summary.model_bytes)}</td>
            <td>
                <button
                    class="button small"
                    type="button"
                    aria-label=format!("Show model {number}")
                    aria-pressed=move || shown().to_string()
                    on:click=move |_| session.show(at)
                >
                    "Show"
                </button>
            </td>
        </tr>
    }
}

/// On the rows kept aside, and over the folds where there are some.
fn score(run: &TrainedRun) -> impl IntoView + use<> {
    let aside = run.kept_aside();
    let folds = run.spread().map(|spread| format!("in parts {}", words::spread(spread)));
    view! {
        <div>
            {match aside {
                None => view! { <span class="soft">"none were"</span> }.into_any(),
                Some((right, rows)) => {
                    view! {
                        <span class="nowrap">{format::percent(right as u32, rows as u32)}</span>
                        <div class="small soft">{words::likely(right, rows)}</div>
                    }
                        .into_any()
                }
            }}
            {folds.map(|text| view! { <div class="small">{text}</div> })}
        </div>
    }
}

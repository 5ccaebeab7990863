//! Trainings side by side.

use std::sync::Arc;

use leptos::prelude::*;
use ml_evaluation::{Confusion, Majority, Paired, Spread, majority};
use ml_task::{Point, TrainOptions};

use super::{
    options::{described, name},
    session::Session,
};
use app_core::workers::models::{Folded, Trained};
use app_ui::{evaluation::words, format};

/// A training and what came of it.
pub struct TrainedRun {
    pub options: TrainOptions,
    pub trained: Trained,
    pub points: Vec<Point>,
    /// Where it was trained in folds too.
    pub folded: Option<Folded>,
}

impl TrainedRun {
    /// True and predicted class of rows that the model had not seen: all of them in folds, else those kept aside.
    fn judged(&self) -> &[[u16; 2]] {
        self.folded.as_ref().map_or(&self.trained.aside, |folded| &folded.rows)
    }

    pub fn counted(&self) -> Confusion {
        let pairs = self.judged().iter().map(|[truth, said]| (usize::from(*truth), usize::from(*said)));
        Confusion::of(self.options.classes.len(), pairs)
    }

    /// What always saying the most frequent class scores. Parts have the same share of each class, so that it is the most
    /// frequent one of the rows trained on too.
    pub fn majority(&self) -> Option<Majority> {
        let counted = self.counted();
        let counts: Vec<u64> = (0..counted.classes()).map(|class| counted.support(class)).collect();
        majority(&counts, self.judged().iter().map(|[truth, _]| usize::from(*truth)))
    }

    /// Share of right rows over the folds.
    pub fn spread(&self) -> Option<Spread> {
        let scores = &self.folded.as_ref()?.scores;
        Spread::of(&scores.iter().map(|fold| fold.right as f64 / fold.rows.max(1) as f64).collect::<Vec<_>>())
    }

    /// Share of right rows among those kept aside.
    fn kept_aside(&self) -> Option<(u64, u64)> {
        let rows = &self.trained.aside;
        let right = rows.iter().filter(|[truth, said]| truth == said).count();
        (!rows.is_empty()).then_some((right as u64, rows.len() as u64))
    }

    /// Whether both were judged by the same rows.
    fn comparable(&self, other: &Self) -> bool {
        match (&self.folded, &other.folded) {
            (Some(_), Some(_)) => true,
            (None, None) => {
                let rows = |run: &Self| (run.options.seed, run.options.validation.to_bits());
                rows(self) == rows(other)
            }
            _ => false,
        }
    }

    fn compared(&self, with: &Self) -> Option<Paired> {
        let (one, other) = (self.judged(), with.judged());
        if !self.comparable(with) || one.is_empty() {
            return None;
        }
        let all = |rows: &[[u16; 2]], at: usize| rows.iter().map(|pair| pair[at]).collect::<Vec<u16>>();
        Some(Paired::of(&all(one, 0), &all(one, 1), &all(other, 1)))
    }

    /// Position of the run that is right most often: in folds where all have some, else on the rows kept aside. The first
    /// among equals; none where no rows were kept aside.
    pub fn best(runs: &[Arc<Self>]) -> Option<usize> {
        let folded = runs.iter().all(|run| run.folded.is_some());
        let score = |run: &Self| match folded {
            true => run.spread().map(|spread| spread.mean),
            false => run.kept_aside().map(|(right, rows)| right as f64 / rows as f64),
        };
        let scores = runs.iter().enumerate().filter_map(|(at, run)| Some((at, score(run)?)));
        let best = scores.reduce(|best, next| if next.1 > best.1 { next } else { best });
        best.map(|(at, _)| at)
    }
}

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
                <div class="table-wrap" tabindex="0" role="region" aria-label="Models of this visit">
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
            <td data-label="Kept aside">{score(&run)}</td>
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
                    {move || if shown() { "Shown" } else { "Show" }}
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

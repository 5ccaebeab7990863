//! Accuracy over time: the server's history as a chart, the proof that each point is in the log whose root is on chain,
//! and a recomputation from the chain's events.

mod pinned_log;
mod proofs;
mod replay_panel;

use leptos::{prelude::*, task::spawn_local};
use protocol::{Address, subject::Subject};
use shared_model::api::{AccuracyEntry, AccuracyHistory, AccuracyQuery};

use super::ModelContext;
use crate::replay::Points;
use app_core::{
    live::{Live, Watched},
    server::{self, ServerError},
};
use app_ui::{
    format,
    messages::{
        empty::{Empty, Ghost},
        notice::Notice,
    },
    plots::chart::{Chart, Line},
};
use proofs::Proofs;
use replay_panel::ReplayPanel;

/// Points that the server gives at once.
const MANY: u64 = 10_000;

#[component]
pub fn AccuracyTab(context: ModelContext) -> impl IntoView {
    let live = expect_context::<Live>();
    let entries = RwSignal::new(None::<Vec<AccuracyEntry>>);
    let has_test_set = RwSignal::new(true);
    let away = RwSignal::new(None::<String>);
    let known = Memo::new(move |_| context.history.with(|h| h.as_ref().map_or(0, |h| h.events.len())));
    Effect::new(move || {
        live.track([Watched::Subject(Subject::new(shared_model::FAMILY, context.address))]);
        known.get();
        spawn_local(async move {
            match whole(context.address).await {
                Ok(history) => {
                    away.try_set(None);
                    has_test_set.try_set(history.test_set);
                    entries.try_set(Some(history.rows));
                }
                Err(e) => {
                    away.try_set(Some(e.to_string()));
                }
            }
        });
    });
    // Only a change of the history draws the chart anew.
    let entries = Memo::new(move |_| entries.get());
    let replayed = RwSignal::new(None::<Points>);
    view! {
        <div class="stack">
            {move || away.get().map(|text| view! { <Notice tone="warn">{format!("{text} You can still replay the history from the chain.")}</Notice> })}
            {move || match entries.get() {
                None if away.get().is_none() => view! { <Ghost lines=6 /> }.into_any(),
                Some(rows) if rows.is_empty() && replayed.get().is_none() => {
                    view! {
                        <div class="panel">
                            <Empty icon="scale" title="No accuracy yet">
                                <p>
                                    {if has_test_set.get() {
                                        "The model is measured on its committed test set as soon as it is complete, and after every contribution."
                                    } else {
                                        "Its owner committed to no test set, or the server does not have it, so nothing can be measured."
                                    }}
                                </p>
                            </Empty>
                        </div>
                    }
                        .into_any()
                }
                _ => {
                    view! {
                        <AccuracyChart entries=entries replayed=replayed />
                    }
                        .into_any()
                }
            }}
            <ReplayPanel context=context entries=entries replayed=replayed />
        </div>
    }
}

/// The server's points, and those recomputed here beside them.
#[component]
fn AccuracyChart(entries: Memo<Option<Vec<AccuracyEntry>>>, replayed: RwSignal<Option<Points>>) -> impl IntoView {
    let lines = Signal::derive(move || {
        let of_server = entries.get().unwrap_or_default();
        let share = |correct: u32, total: u32| 100.0 * f64::from(correct) / f64::from(total.max(1));
        let current = of_server.iter().filter(|e| e.current).enumerate();
        let said = current.map(|(i, e)| (i as f64, share(e.correct, e.total))).collect();
        let mut lines = vec![Line { name: "As the server tells".into(), points: said, steps: true }];
        if let Some(points) = replayed.get() {
            let own = points.values().enumerate().map(|(i, p)| (i as f64, share(p.correct, p.total))).collect();
            lines.push(Line { name: "Replayed here from the chain".into(), points: own, steps: true });
        }
        lines.retain(|l| !l.points.is_empty());
        lines
    });
    let summary = Signal::derive(move || {
        let of_server = entries.get().unwrap_or_default();
        match (of_server.first(), of_server.last()) {
            (Some(first), Some(last)) => format!(
                "Accuracy from {} at the start to {} after {} contributions",
                format::percent(first.correct, first.total),
                format::percent(last.correct, last.total),
                of_server.len() - 1,
            ),
            _ => "No accuracy yet".into(),
        }
    });
    view! {
        <section class="panel">
            <header>
                <h2>"Correct on the committed test set"</h2>
                <span class="small soft">{summary}</span>
            </header>
            <div class="body stack">
                <Chart lines=lines summary=summary x_label=contributions y_label=per_cent />
                <Proofs entries=entries />
            </div>
        </section>
    }
}

/// All points that the server has.
async fn whole(model: Address) -> Result<AccuracyHistory, ServerError> {
    let page = async |offset: usize| {
        let query = AccuracyQuery { offset: Some(offset as u64), limit: Some(MANY) };
        server::accuracy(model, &query).await
    };
    let mut all = page(0).await?;
    while (all.rows.len() as u64) < all.total {
        let more = page(all.rows.len()).await?;
        if more.rows.is_empty() {
            break;
        }
        all = AccuracyHistory { rows: [all.rows, more.rows].concat(), ..more };
    }
    Ok(all)
}

fn contributions(x: f64) -> String {
    match x.round() as u64 {
        0 => "start".into(),
        n => format::plural(n, "contribution"),
    }
}

fn per_cent(y: f64) -> String {
    format!("{y:.4}").trim_end_matches('0').trim_end_matches('.').to_owned() + " %"
}

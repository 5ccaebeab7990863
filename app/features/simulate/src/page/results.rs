//! Curves of all runs over each other, figures of each, and what to do with them.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use simulation::AgentResult;

use crate::simulations::{FinishedRun, Simulations};
use app_core::routes;
use app_ui::{
    download, format,
    messages::{empty::Empty, notice::Notice},
    plots::chart::{Chart, Line},
};
use feature_shared_model::handover::{Handover, Handovers};

#[component]
pub fn Results() -> impl IntoView {
    let simulations = expect_context::<Simulations>();
    let runs = simulations.runs;
    let any = move || runs.with(|runs| !runs.is_empty());
    view! {
        <section class="panel" aria-labelledby="results">
            <header>
                <h2 id="results">"Results"</h2>
                <Show when=any>
                    <button class="button small" type="button" id="clear-runs" on:click=move |_| simulations.clear()>
                        "Clear"
                    </button>
                </Show>
            </header>
            <Show
                when=any
                fallback=|| {
                    view! {
                        <Empty icon="scale" title="Nothing played yet">
                            <p>"Press Run. Curves and figures come here; every further run is drawn over them until you clear."</p>
                        </Empty>
                    }
                }
            >
                <div class="body stack">
                    <div class="charts">
                        <div class="stack tight">
                            <h3>"Balances, % of the start"</h3>
                            <Chart
                                lines=Signal::derive(move || runs.with(|runs| balances(runs)))
                                summary=Signal::derive(move || runs.with(|runs| summary(runs)))
                                x_label=day
                                y_label=per_cent
                            />
                        </div>
                        <div class="stack tight">
                            <h3>"Accuracy on the hidden test set"</h3>
                            <Chart
                                lines=Signal::derive(move || runs.with(|runs| accuracies(runs)))
                                summary=Signal::derive(move || runs.with(|runs| accuracy_summary(runs)))
                                x_label=day
                                y_label=per_cent
                            />
                        </div>
                    </div>
                    <For each=move || runs.with(|runs| runs.iter().rev().cloned().collect::<Vec<_>>()) key=|run| run.number let:run>
                        <Run run=run />
                    </For>
                </div>
            </Show>
        </section>
    }
}

fn day(day: f64) -> String {
    format!("day {}", (day * 10.0).round() / 10.0)
}

fn per_cent(value: f64) -> String {
    format!("{} %", (value * 10.0).round() / 10.0)
}

/// A curve's name; with its run where there are several.
fn named(runs: &[FinishedRun], run: &FinishedRun, name: &str) -> String {
    if runs.len() > 1 { format!("{name}, run {}", run.number) } else { name.to_owned() }
}

fn balances(runs: &[FinishedRun]) -> Vec<Line> {
    let of_run = |run: &FinishedRun| {
        let outcome = &run.played.outcome;
        let agents = outcome.agents.iter().enumerate();
        let lines = agents.map(|(at, agent)| Line {
            name: named(runs, run, &agent.name),
            points: outcome.points.iter().filter_map(|p| Some((p.day, *p.balances.get(at)?))).collect(),
            steps: false,
        });
        lines.collect::<Vec<_>>()
    };
    runs.iter().flat_map(of_run).collect()
}

fn accuracies(runs: &[FinishedRun]) -> Vec<Line> {
    let models = runs.iter().map(|run| {
        let outcome = &run.played.outcome;
        Line {
            name: named(runs, run, "Model"),
            points: outcome.points.iter().map(|p| (p.day, outcome.accuracy(p.correct))).collect(),
            steps: false,
        }
    });
    let mut lines: Vec<Line> = models.collect();
    let last = lines.iter().filter_map(|line| line.points.last()).map(|p| p.0).fold(0.0, f64::max);
    // Runs that share their data share what training on all of it gives.
    let mut drawn = Vec::new();
    for run in runs {
        let best = run.played.outcome.accuracy(run.played.outcome.baseline_correct);
        if drawn.contains(&best) {
            continue;
        }
        let name =
            if drawn.is_empty() { "If trained on all data".into() } else { named(runs, run, "If trained on all data") };
        drawn.push(best);
        lines.push(Line { name, points: vec![(0.0, best), (last, best)], steps: false });
    }
    lines
}

/// What the curves of balances show, in words.
fn summary(runs: &[FinishedRun]) -> String {
    let ends = runs.iter().flat_map(|run| {
        run.played.outcome.agents.iter().map(|a| format!("{} ended at {:.1} %", named(runs, run, &a.name), a.percent))
    });
    format!("Balances over time: {}.", ends.collect::<Vec<_>>().join("; "))
}

fn accuracy_summary(runs: &[FinishedRun]) -> String {
    let ends = runs.iter().map(|run| {
        let o = &run.played.outcome;
        let (start, end) = (o.accuracy(o.start_correct), o.accuracy(o.end_correct));
        format!("{} from {start:.1} % to {end:.1} %", named(runs, run, "Model"))
    });
    format!("Accuracy over time: {}.", ends.collect::<Vec<_>>().join("; "))
}

/// Figures of one run.
#[component]
fn Run(run: FinishedRun) -> impl IntoView {
    let handovers = expect_context::<Handovers>();
    let navigate = use_navigate();
    let outcome = &run.played.outcome;
    let title = format!("Run {}: {}", run.number, outcome.config.name);
    let heading = format!("run-{}", run.number);
    let labelled_by = heading.clone();
    let facts = format!(
        "{}, {}, seed {}, on {}. Accuracy {:.1} % at the start, {:.1} % at the end, {:.1} % if trained on all data.",
        format::plural(outcome.config.days.into(), "day"),
        format::plural(outcome.contributions.into(), "contribution"),
        outcome.config.seed,
        run.data,
        outcome.accuracy(outcome.start_correct),
        outcome.accuracy(outcome.end_correct),
        outcome.accuracy(outcome.baseline_correct),
    );
    let (save, publish) = (run.played.clone(), run.played.clone());
    let file_name = format!("simulation-{}.json", run.number);
    view! {
        <section class="stack tight run" aria-labelledby=labelled_by>
            <h3 id=heading>{title}</h3>
            {outcome.stopped.then(|| view! { <Notice tone="warn">"Stopped before its end: deposits that were still held are missing from the balances."</Notice> })}
            {outcome.conclusion.clone().map(|text| view! { <p>{text}</p> })}
            <p class="small soft">{facts}</p>
            <div class="table-wrap">
                <table class="cards figures-table">
                    <thead>
                        <tr>
                            <th>"Agent"</th>
                            <th class="number">"Ended at"</th>
                            <th class="number">"Of the start"</th>
                            <th class="number">"Points"</th>
                            <th class="number">"Contributed"</th>
                            <th class="number">"Wrong"</th>
                            <th class="number">"Refunds"</th>
                            <th class="number">"Reports"</th>
                            <th class="number">"Took"</th>
                            <th class="number">"Lost"</th>
                        </tr>
                    </thead>
                    <tbody>{outcome.agents.iter().map(agent_row).collect_view()}</tbody>
                </table>
            </div>
            <div class="row">
                <button
                    id=format!("publish-{labelled_by}")
                    class="button small"
                    type="button"
                    on:click=move |_| {
                        let handover = Handover { file: publish.file.clone(), test: publish.test.clone() };
                        handovers.give(handover);
                        navigate(routes::NEW_MODEL, NavigateOptions::default());
                    }
                >
                    "Publish this model"
                </button>
                <button
                    id=format!("save-{labelled_by}")
                    class="button small"
                    type="button"
                    on:click=move |_| download::save(&file_name, save.outcome.to_json().as_bytes())
                >
                    "Save the result"
                </button>
            </div>
        </section>
    }
}

fn agent_row(agent: &AgentResult) -> impl IntoView + use<> {
    let number = |label: &'static str, text: String| {
        view! {
            <td class="number nowrap" data-label=label>
                {text}
            </td>
        }
    };
    view! {
        <tr data-agent=agent.name.clone() data-percent=agent.percent.to_string()>
            <td class="lead strong">{agent.name.clone()}</td>
            {number("Ended at", whole(agent.end))}
            {number("Of the start", format!("{:.1} %", agent.percent))}
            {number("Points", format::count(agent.points))}
            {number("Contributed", format::count(agent.contributions.into()))}
            {number("Wrong", format::count(agent.wrong.into()))}
            {number("Refunds", format::count(agent.refunds.into()))}
            {number("Reports", format::count(agent.reports.into()))}
            {number("Took", whole(agent.earned))}
            {number("Lost", whole(agent.lost))}
        </tr>
    }
}

/// Cut to hundredths; more would say nothing here.
fn whole(amount: protocol::Amount) -> String {
    let hundredth = protocol::Amount::ONE.0 / 100;
    format!("{} MDC", protocol::Amount(amount.0 / hundredth * hundredth))
}

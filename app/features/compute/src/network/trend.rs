//! What came about on the last 15 days.

use app_ui::{
    format,
    plots::chart::{Chart, Line},
};
use jobs::api::{DAY, Day};
use leptos::prelude::*;

use crate::names;

#[component]
pub fn Trend(days: Vec<Day>) -> impl IntoView {
    let line = |name: &str, of: fn(&Day) -> u64| Line {
        name: name.to_owned(),
        points: days.iter().map(|day| ((day.from / DAY) as f64, of(day) as f64)).collect(),
        steps: false,
    };
    let lines = vec![line("Jobs posted", |day| day.posted), line("Jobs ended", |day| day.ended)];
    let sum = |of: fn(&Day) -> u64| format::count(days.iter().map(of).sum());
    let summary = format!(
        "{} posted and {} ended in {} days.",
        format::plural(days.iter().map(|day| day.posted).sum(), "job"),
        sum(|day| day.ended),
        format::count(days.len() as u64)
    );
    let rows = days.clone().into_iter().rev().filter(|day| day.posted + day.ended > 0);
    view! {
        <section class="panel" aria-labelledby="trend">
            <header>
                <h2 id="trend">"The last 15 days"</h2>
            </header>
            <div class="body stack">
                <Chart lines=Signal::stored(lines) summary=Signal::stored(summary.clone()) x_label=day_of y_label=whole />
                <p class="small soft" id="trend-summary">{summary.clone()} " Days by UTC."</p>
                <details>
                    <summary>"Day by day"</summary>
                    <DayTable days=rows.collect() />
                </details>
            </div>
        </section>
    }
}

fn day_of(day: f64) -> String {
    let date = format::iso_time(day.max(0.0).round() as u64 * DAY);
    date.get(5..10).unwrap_or_default().to_owned()
}

fn whole(number: f64) -> String {
    format::count(number.max(0.0).round() as u64)
}

#[component]
fn DayTable(days: Vec<Day>) -> impl IntoView {
    let row = |day: Day| {
        view! {
            <tr>
                <td class="lead">{day_of((day.from / DAY) as f64)}</td>
                <td class="number" data-label="Posted">{format::count(day.posted)}</td>
                <td class="number" data-label="Ended">{format::count(day.ended)}</td>
                <td class="number" data-label="Units paid">{format::count(day.units)}</td>
                <td class="number nowrap" data-label="Paid">{names::exact(day.paid)}</td>
            </tr>
        }
    };
    view! {
        <div class="table-wrap">
            <table class="cards" id="days">
                <thead>
                    <tr>
                        <th>"Day"</th>
                        <th class="number">"Posted"</th>
                        <th class="number">"Ended"</th>
                        <th class="number">"Units paid"</th>
                        <th class="number">"Paid"</th>
                    </tr>
                </thead>
                <tbody>{days.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

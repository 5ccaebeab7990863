use dataset::Bar;
use leptos::prelude::*;

use crate::format;

/// Units of the drawing; it is stretched to the room there is.
const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 28.0;

/// How often the numbers of a column occur. Screen readers are told the counts.
#[component]
pub fn Histogram(bars: Vec<Bar>) -> impl IntoView {
    let most = bars.iter().map(|bar| bar.rows).max().unwrap_or(1).max(1) as f64;
    let step = WIDTH / bars.len().max(1) as f64;
    let said = summary(&bars);
    let drawn = bars.into_iter().enumerate().map(|(at, bar)| {
        // What occurs is seen, however seldom.
        let least = if bar.rows > 0 { 1.0 } else { 0.0 };
        let height = (bar.rows as f64 / most * HEIGHT).max(least);
        view! {
            <rect x=format!("{:.2}", at as f64 * step) y=format!("{:.2}", HEIGHT - height) width=format!("{:.2}", step * 0.88) height=format!("{height:.2}")>
                <title>{format!("{}: {}", range(&bar), format::count(bar.rows))}</title>
            </rect>
        }
    });
    view! {
        <svg class="histogram" viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label=said>
            {drawn.collect_view()}
        </svg>
    }
}

fn range(bar: &Bar) -> String {
    if bar.from == bar.to {
        return format::value(bar.from);
    }
    format!("{} to {}", format::value(bar.from), format::value(bar.to))
}

fn summary(bars: &[Bar]) -> String {
    let told: Vec<String> = bars.iter().map(|bar| format!("{}: {}", range(bar), format::count(bar.rows))).collect();
    format!("Histogram. {}", told.join("; "))
}

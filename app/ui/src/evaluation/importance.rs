use leptos::prelude::*;
use ml_task::ColumnImportance;

use crate::{format, tables::name::Name};

/// Columns that are shown.
const SHOWN: usize = 15;

/// What a model loses where a column is shuffled, the most first.
#[component]
pub fn Columns(columns: Vec<ColumnImportance>) -> impl IntoView {
    let mut columns = columns;
    columns.sort_by(|one, other| other.fall.total_cmp(&one.fall));
    let most = columns.first().map_or(0.0, |column| column.fall).max(f64::MIN_POSITIVE);
    let more = columns.len().saturating_sub(SHOWN);
    view! {
        <div class="scores falls" id="importance">
            {columns
                .into_iter()
                .take(SHOWN)
                .map(|ColumnImportance { name, fall, deviation }| {
                    let said = format!("Fall of the score without {name}");
                    view! {
                        <span class="breakable"><Name text=name /></span>
                        <meter min="0" max="1" value=format!("{:.4}", (fall / most).max(0.0)) aria-label=said></meter>
                        <span class="number nowrap">{points(fall, deviation)}</span>
                    }
                })
                .collect_view()}
        </div>
        {(more > 0)
            .then(|| view! { <p class="small soft">{format!("and {} more, which count no more than these", format::plural(more as u64, "column"))}</p> })}
    }
}

/// A fall in percentage points, and how much it differs between repetitions.
fn points(fall: f64, deviation: f64) -> String {
    // No minus before a zero.
    let fall = if (100.0 * fall).abs() < 0.05 { 0.0 } else { 100.0 * fall };
    format!("{fall:.1} ± {:.1} points", 100.0 * deviation)
}

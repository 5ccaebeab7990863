use leptos::prelude::*;

use super::text::CellText;
use crate::{controls::pager::Pager, format};

/// Columns that stand beside each other; there are tables with thousands.
const COLUMNS: usize = 24;

/// The first rows of a table. All columns can be reached, and the label's always stands among them.
#[component]
pub fn FirstRows(
    /// Names of the columns.
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
    /// The label's column, from 0.
    #[prop(optional_no_strip)]
    label: Option<usize>,
) -> impl IntoView {
    let total = RwSignal::new(columns.len() as u64);
    let offset = RwSignal::new(0_u64);
    let said = format!("First {} of the table", format::plural(rows.len() as u64, "row"));
    let (columns, rows) = (StoredValue::new(columns), StoredValue::new(rows));
    view! {
        <div class="table-wrap first-rows" tabindex="0" role="region" aria-label=said>
            {move || {
                let shown = columns.with_value(|columns| shown(columns.len(), offset.get() as usize, label));
                view! {
                    <table class="snug">
                        <thead>
                            <tr>{columns.with_value(|columns| shown.iter().map(|&at| head(at, columns, label)).collect_view())}</tr>
                        </thead>
                        <tbody>{rows.with_value(|rows| rows.iter().map(|row| line(row, &shown)).collect_view())}</tbody>
                    </table>
                }
            }}
        </div>
        <div class="beside-table">
            <Pager total=total offset=offset page=COLUMNS as u64 on_turn=Callback::new(move |to| offset.set(to)) />
        </div>
    }
}

fn head(at: usize, columns: &[String], label: Option<usize>) -> impl IntoView + use<> {
    let is_label = label == Some(at);
    view! {
        <th scope="col">
            <CellText text=columns.get(at).cloned().unwrap_or_default() />
            {is_label.then(|| view! { " " <span class="chip live">"label"</span> })}
        </th>
    }
}

fn line(row: &[String], shown: &[usize]) -> impl IntoView + use<> {
    let cells = shown.iter().map(|&at| view! { <td><CellText text=row.get(at).cloned().unwrap_or_default() /></td> });
    view! { <tr>{cells.collect_view()}</tr> }
}

/// The columns that are shown when the first is `from`: so many, and the label's.
fn shown(columns: usize, from: usize, label: Option<usize>) -> Vec<usize> {
    let mut shown: Vec<usize> = (from..columns.min(from + COLUMNS)).collect();
    match label {
        Some(label) if label < from => shown.insert(0, label),
        Some(label) if !shown.contains(&label) => shown.push(label),
        _ => {}
    }
    shown
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn every_column_is_on_a_page_and_the_label_on_all() {
        for label in [None, Some(0), Some(30), Some(99)] {
            let mut seen = std::collections::BTreeSet::new();
            for from in (0..100).step_by(COLUMNS) {
                let shown = shown(100, from, label);
                assert!(shown.is_sorted() && label.is_none_or(|label| shown.contains(&label)), "{shown:?}");
                seen.extend(shown);
            }
            assert_eq!(seen.len(), 100);
        }
        assert_eq!(shown(3, 0, Some(2)), [0, 1, 2]);
    }
}

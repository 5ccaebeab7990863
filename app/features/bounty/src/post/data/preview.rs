use dataset::{Note, Peek, Separator};
use leptos::prelude::*;

use super::super::Wizard;
use app_ui::controls::table_notes::TableNotes;

/// Rows and columns of the preview.
const ROWS: usize = 5;
const COLUMNS: usize = 8;

/// The beginning of the file, and how it is read.
#[component]
pub fn Preview(wizard: Wizard, table: Peek, labels: Option<Peek>) -> impl IntoView {
    let labelled = labels.as_ref().unwrap_or(&table);
    let label = wizard.reading.with_untracked(|r| r.label).unwrap_or(labelled.label) as usize;
    let columns = labelled.columns.clone();
    let marked = labels.is_none().then_some(label);
    let shown = shown_columns(table.columns.len(), marked);
    let hidden = table.columns.len() - shown.len();
    let (header, separator) = (table.header, table.separator);
    let mut notes = table.notes.clone();
    // Of two files only the labels' has a label; a column that a person chose needs no reason.
    if labels.is_some() || wizard.reading.with_untracked(|r| r.label.is_some()) {
        notes.retain(|note| !matches!(note, Note::Label { .. }));
    }
    notes.extend(labels.iter().flat_map(|labels| labels.notes.clone()));
    let mending = wizard.reading.with_untracked(|r| r.table.mending);
    view! {
        <section class="panel">
            <header>
                <h2>"What the file looks like"</h2>
                <span class="small soft">
                    {format!("{} columns", table.columns.len())}
                    {(hidden > 0).then(|| format!(", {hidden} not shown"))}
                </span>
            </header>
            <SampleTable table=table shown=shown marked=marked />
            <div class="body">
                <TableNotes notes=notes mending=mending on_change=Callback::new(move |mending| wizard.mend(mending)) />
            </div>
            <div class="body fields">
                <LabelColumn wizard=wizard columns=columns label=label />
                <SeparatorChoice wizard=wizard separator=separator />
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=header
                        on:change=move |event| {
                            let checked = event_target_checked(&event);
                            wizard.reading.update(|r| r.table.header = Some(checked));
                        }
                    />
                    "The first row holds column names"
                </label>
            </div>
        </section>
    }
}

/// The first columns, and the label's among them.
fn shown_columns(columns: usize, label: Option<usize>) -> Vec<usize> {
    let mut shown: Vec<usize> = (0..columns.min(COLUMNS)).collect();
    if let Some(label) = label.filter(|label| !shown.contains(label)) {
        shown.pop();
        shown.push(label);
    }
    shown
}

#[component]
fn SampleTable(table: Peek, shown: Vec<usize>, marked: Option<usize>) -> impl IntoView {
    view! {
        <div class="table-wrap">
            <table>
                <thead>
                    <tr>
                        {shown
                            .iter()
                            .map(|&i| {
                                let label = marked == Some(i);
                                view! {
                                    <th>
                                        {table.columns[i].clone()}
                                        {label.then(|| view! { " " <span class="chip live">"label"</span> })}
                                    </th>
                                }
                            })
                            .collect_view()}
                    </tr>
                </thead>
                <tbody>
                    {table
                        .rows
                        .iter()
                        .take(ROWS)
                        .map(|row| {
                            view! {
                                <tr>
                                    {shown
                                        .iter()
                                        .map(|&i| view! { <td class="nowrap">{row.get(i).cloned().unwrap_or_default()}</td> })
                                        .collect_view()}
                                </tr>
                            }
                        })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn LabelColumn(wizard: Wizard, columns: Vec<String>, label: usize) -> impl IntoView {
    view! {
        <div class="field">
            <label for="label-column">"Label column"</label>
            <select
                id="label-column"
                on:change=move |event| {
                    let label = event_target_value(&event).parse().ok();
                    wizard.reading.update(|r| r.label = label);
                }
            >
                {columns
                    .into_iter()
                    .enumerate()
                    .map(|(i, name)| {
                        view! { <option value=i.to_string() selected=i == label>{format!("{} · {name}", i + 1)}</option> }
                    })
                    .collect_view()}
            </select>
            <span class="hint">"What the model is to predict."</span>
        </div>
    }
}

#[component]
fn SeparatorChoice(wizard: Wizard, separator: Separator) -> impl IntoView {
    view! {
        <div class="field">
            <label for="separator">"Separator"</label>
            <select
                id="separator"
                on:change=move |event| {
                    let value = event_target_value(&event);
                    let chosen = Separator::ALL.into_iter().find(|s| s.name() == value);
                    wizard.reading.update(|r| r.table.separator = chosen);
                }
            >
                {Separator::ALL
                    .into_iter()
                    .map(|s| {
                        view! { <option value=s.name() selected=s == separator>{s.name()}</option> }
                    })
                    .collect_view()}
            </select>
            <span class="hint">"Detected; overrule it if the columns look wrong."</span>
        </div>
    }
}

use dataset::{Note, Peek, Separator};
use leptos::prelude::*;

use super::super::Wizard;
use app_ui::{controls::table_notes::TableNotes, format, tables::first_rows::FirstRows};

/// The beginning of the file, and how it is read.
#[component]
pub fn Preview(wizard: Wizard, table: Peek, labels: Option<Peek>) -> impl IntoView {
    let labelled = labels.as_ref().unwrap_or(&table);
    let label = wizard.reading.with_untracked(|r| r.label).unwrap_or(labelled.label) as usize;
    let columns = labelled.columns.clone();
    let marked = labels.is_none().then_some(label);
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
                <span class="small soft">{format::columns(table.columns.len(), marked.is_some())}</span>
            </header>
            <FirstRows columns=table.columns rows=table.rows label=marked />
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

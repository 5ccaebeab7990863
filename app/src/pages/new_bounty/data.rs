//! Step 1: which files, and which column is the label.

use leptos::{prelude::*, task::spawn_local};
use protocol::dataset::{Peek, ReadOptions, Separator, task::SurveyOptions};

use super::{Walk, Wizard};
use crate::{
    components::{file_drop::FileDrop, notice::Problem},
    workers::prepare::Prepare,
};

/// Rows and columns of the preview.
const ROWS: usize = 5;
const COLUMNS: usize = 8;

#[component]
pub fn DataStep(wizard: Wizard) -> impl IntoView {
    let two = RwSignal::new(wizard.labels.with_untracked(Option::is_some));
    let peeks = RwSignal::new(None::<(Peek, Option<Peek>)>);
    let error = RwSignal::new(None::<String>);

    // Files or reading options changed: look again at the beginning of the files.
    Effect::new(move |first: Option<()>| {
        wizard.features.track();
        wizard.labels.track();
        let options = wizard.reading.get();
        if first.is_some() {
            wizard.files_changed();
        }
        peeks.set(None);
        error.set(None);
        let Some(source) = wizard.source() else { return };
        if two.get() && source.labels.is_none() {
            return;
        }
        spawn_local(async move {
            let looked = async { Prepare::start()?.peek(&source, options).await }.await;
            match looked {
                Ok(found) => {
                    peeks.try_set(Some(found));
                }
                Err(e) => {
                    error.try_set(Some(e.to_string()));
                }
            }
        });
    });

    let choose_two = move |both: bool| {
        two.set(both);
        if !both {
            wizard.labels.set(None);
        }
        wizard.reading.set(SurveyOptions::default());
    };
    view! {
        <div class="stack">
            <div class="tabs" role="group" aria-label="Files">
                <button type="button" aria-pressed=move || (!two.get()).to_string() on:click=move |_| choose_two(false)>
                    "One CSV with a label column"
                </button>
                <button type="button" aria-pressed=move || two.get().to_string() on:click=move |_| choose_two(true)>
                    "Features and labels in two files"
                </button>
            </div>
            <div class="split">
                {move || {
                    let label = if two.get() { "Features" } else { "Data set" };
                    view! {
                        <FileDrop
                            label=label
                            hint="CSV or TSV, UTF-8; drop it here or choose it. It stays in this browser."
                            accept=".csv,.tsv,.txt,text/csv"
                            file=wizard.features
                        />
                    }
                }}
                <Show when=move || two.get()>
                    <FileDrop label="Labels" hint="One label a row, as many rows as the features" accept=".csv,.tsv,.txt,text/csv" file=wizard.labels />
                </Show>
            </div>
            <Problem error=error />
            {move || peeks.get().map(|(table, labels)| view! { <Preview wizard=wizard table=table labels=labels /> })}
            <Walk
                wizard=wizard
                next="Check the data"
                ready=Signal::derive(move || peeks.with(Option::is_some))
                on_next=Callback::new(move |()| wizard.step.set(1))
            />
        </div>
    }
}

#[component]
fn Preview(wizard: Wizard, table: Peek, labels: Option<Peek>) -> impl IntoView {
    let labelled = labels.as_ref().unwrap_or(&table);
    let chosen = wizard.reading.with_untracked(|r| r.label).unwrap_or(labelled.label);
    let columns = labelled.columns.clone();
    let marked = if labels.is_none() { Some(chosen as usize) } else { None };
    let shown: Vec<usize> = {
        let mut shown: Vec<usize> = (0..table.columns.len().min(COLUMNS)).collect();
        if let Some(marked) = marked.filter(|m| !shown.contains(m)) {
            shown.pop();
            shown.push(marked);
        }
        shown
    };
    let hidden = table.columns.len() - shown.len();
    let header = table.header;
    let separator = table.separator;
    let set = move |change: &dyn Fn(&mut ReadOptions)| wizard.reading.update(|r| change(&mut r.table));
    view! {
        <section class="panel">
            <header>
                <h2>"What the file looks like"</h2>
                <span class="small soft">
                    {format!("{} columns", table.columns.len())}
                    {(hidden > 0).then(|| format!(", {hidden} not shown"))}
                </span>
            </header>
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
            <div class="body fields">
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
                                view! { <option value=i.to_string() selected=i == chosen as usize>{format!("{} · {name}", i + 1)}</option> }
                            })
                            .collect_view()}
                    </select>
                    <span class="hint">"What the model is to predict."</span>
                </div>
                <div class="field">
                    <label for="separator">"Separator"</label>
                    <select
                        id="separator"
                        on:change=move |event| {
                            let value = event_target_value(&event);
                            let chosen = Separator::ALL.into_iter().find(|s| separator_name(*s) == value);
                            set(&|table| table.separator = chosen);
                        }
                    >
                        {Separator::ALL
                            .into_iter()
                            .map(|s| {
                                view! { <option value=separator_name(s) selected=s == separator>{separator_name(s)}</option> }
                            })
                            .collect_view()}
                    </select>
                    <span class="hint">"Detected; overrule it if the columns look wrong."</span>
                </div>
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=header
                        on:change=move |event| {
                            let checked = event_target_checked(&event);
                            set(&|table| table.header = Some(checked));
                        }
                    />
                    "The first row holds column names"
                </label>
            </div>
        </section>
    }
}

fn separator_name(separator: Separator) -> &'static str {
    match separator {
        Separator::Comma => "Comma",
        Separator::Semicolon => "Semicolon",
        Separator::Tab => "Tab",
    }
}

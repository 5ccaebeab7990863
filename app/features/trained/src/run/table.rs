//! Every row of a CSV file: progress, accuracy where there are labels, predictions to download.

mod job;
mod outcome;

use leptos::prelude::*;
use web_sys::File;

use super::Opened;
use app_core::workers::WorkError;
use app_ui::{
    controls::{busy_button::BusyButton, file_drop::FileDrop},
    format,
    messages::notice::Notice,
};
use job::{Job, Table};
use outcome::Outcome;

#[component]
pub fn TablePanel(opened: Opened) -> impl IntoView {
    let job = Job::new(opened);
    let file = RwSignal::new_local(None::<File>);
    Effect::new(move || {
        if let Some(chosen) = file.get() {
            job.open(chosen);
        }
    });
    let test_cid = opened.loaded.with_value(|l| l.bounty.as_ref().map(|b| b.bounty.test_cid.clone()));
    let use_test = test_cid.map(|cid| {
        let press = Callback::new(move |()| {
            file.set(None);
            job.fetch(cid.clone());
        });
        view! {
            <div class="row">
                <BusyButton label="Use the bounty's test.csv" class="small" id="use-test" busy=job.fetching on_press=press />
            </div>
        }
    });
    view! {
        <section class="panel" aria-labelledby="table">
            <header>
                <h2 id="table">"Predict a whole file"</h2>
                <span class="small soft">"Free; the file stays in this page"</span>
            </header>
            <div class="body stack">
                <FileDrop id="table-file" label="CSV file" hint="A header and one row a prediction; a column of labels may be among them" accept=".csv,.tsv,.txt,text/csv" file=file />
                {use_test}
                {move || job.table.get().map(|table| view! { <Chosen job=job table=table /> })}
                {move || job.under_way.get().map(|(rows, total)| view! { <Meter job=job rows=rows total=total /> })}
                {move || {
                    job.error
                        .get()
                        .map(|e| {
                            let tone = if e == WorkError::Stopped { "" } else { "bad" };
                            view! { <Notice tone=tone>{e.to_string()}</Notice> }
                        })
                }}
                {move || {
                    let name = job.table.with(|table| table.as_ref().map(|table| table.name.clone()))?;
                    job.result.get().map(|result| view! { <Outcome opened=opened result=result name=name /> })
                }}
            </div>
        </section>
    }
}

/// The chosen table, its column of true labels, and the button.
#[component]
fn Chosen(job: Job, table: Table) -> impl IntoView {
    let label = job.label;
    let options = move |name: String| {
        let selected = label.with_untracked(|l| *l == name);
        view! {
            <option value=name.clone() selected=selected>
                {name.clone()}
            </option>
        }
    };
    view! {
        <div class="row">
            <span class="strong breakable">{table.name}</span>
            <label class="row tight">
                <span class="small soft">"True labels"</span>
                <select
                    id="table-label"
                    style:width="auto"
                    aria-label="Column of the true labels"
                    on:change=move |event| label.set(event_target_value(&event))
                >
                    <option value="">"none in this file"</option>
                    {table.columns.into_iter().map(options).collect_view()}
                </select>
            </label>
            <button
                class="button primary"
                type="button"
                id="predict-table"
                disabled=move || job.under_way.with(Option::is_some)
                on:click=move |_| job.predict()
            >
                "Predict all rows"
            </button>
        </div>
    }
}

#[component]
fn Meter(job: Job, rows: u64, total: u64) -> impl IntoView {
    let text = match total {
        0 => "Reading the file…".to_owned(),
        _ => format!("{} of {} rows", format::count(rows), format::count(total)),
    };
    view! {
        <div class="row">
            <div class="progress" style:flex="1 1 200px">
                <progress max="1" value=(total > 0).then(|| (rows as f64 / total as f64).to_string()) aria-label="Progress of the file"></progress>
                <span class="small soft">{text}</span>
            </div>
            <button class="button" type="button" id="stop-table" on:click=move |_| job.stop()>
                "Stop"
            </button>
        </div>
    }
}

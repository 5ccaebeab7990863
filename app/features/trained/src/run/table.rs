//! Every row of a CSV file: progress, accuracy where there are labels, predictions to download.

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};
use protocol::dataset::{Part, ReadOptions, SAMPLE, peek};
use web_sys::File;

use super::{Opened, answer::HowItRan};
use app_core::{
    action::read_file,
    content,
    settings::Settings,
    workers::models::{MAX_TABLE, Models, ModelsError, Predicted},
};
use app_ui::{
    controls::{busy_button::BusyButton, file_drop::FileDrop},
    download, format,
    icon::Icon,
    messages::notice::Notice,
};

/// Classes whose share is shown.
const SHOWN: usize = 12;
/// The class index of a row that was given none of the classes.
const NO_CLASS: u16 = u16::MAX;

/// A chosen table.
#[derive(Clone)]
struct Table {
    name: String,
    bytes: Rc<Vec<u8>>,
    columns: Vec<String>,
}

#[component]
pub fn TablePanel(opened: Opened) -> impl IntoView {
    let settings = expect_context::<Settings>();
    let file = RwSignal::new_local(None::<File>);
    let table = RwSignal::new_local(None::<Table>);
    let label = RwSignal::new(String::new());
    let error = RwSignal::new(None::<ModelsError>);
    let under_way = RwSignal::new(None::<(u64, u64)>);
    let result = RwSignal::new_local(None::<Rc<Predicted>>);
    // Grows with every file: what comes of an earlier one is not shown.
    let newest = StoredValue::new(0u32);
    let is_newest = move |number: u32| newest.try_get_value() == Some(number);
    let usual = opened.loaded.with_value(|l| Some(l.bounty.as_ref()?.metadata.as_ref()?.label.clone()));
    let usual = StoredValue::new(usual);
    let take = move |number: u32, name: String, bytes: Result<Vec<u8>, String>| {
        if !is_newest(number) {
            return;
        }
        match bytes.and_then(|bytes| Table::read(name, bytes)) {
            Ok(read) => {
                let found = usual.get_value().filter(|name| read.columns.contains(name));
                label.set(found.unwrap_or_default());
                table.set(Some(read));
            }
            Err(why) => error.set(Some(ModelsError::Failed(why))),
        }
    };
    let forget = move || {
        if under_way.with_untracked(Option::is_some) {
            opened.models.with_value(Models::stop);
        }
        newest.update_value(|number| *number += 1);
        under_way.set(None);
        table.set(None);
        result.set(None);
        error.set(None);
        newest.get_value()
    };
    Effect::new(move || {
        let Some(chosen) = file.get() else { return };
        let number = forget();
        spawn_local(async move {
            let bytes = read(&chosen).await;
            take(number, chosen.name(), bytes);
        });
    });
    let test_cid = opened.loaded.with_value(|l| l.bounty.as_ref().map(|b| b.bounty.test_cid.clone()));
    let fetching = RwSignal::new(false);
    let fetch = move |cid: String| {
        file.set(None);
        let number = forget();
        fetching.set(true);
        spawn_local(async move {
            let bytes = content::fetch(settings, &cid, MAX_TABLE).await.map_err(|e| e.to_string());
            fetching.try_set(false);
            take(number, "test.csv".into(), bytes);
        });
    };
    let start = move |_| {
        let Some(Table { bytes, .. }) = table.get_untracked() else { return };
        let (models, engine) = (opened.models.get_value(), opened.engine.get_untracked());
        let label = Some(label.get_untracked()).filter(|name| !name.is_empty());
        let number = newest.get_value();
        under_way.set(Some((0, 0)));
        error.set(None);
        result.set(None);
        spawn_local(async move {
            let progress = move |rows, total| {
                if is_newest(number) {
                    under_way.try_set(Some((rows, total)));
                }
            };
            let ended = models.predict_table(&bytes, label, engine, progress).await;
            if let Ok(predicted) = &ended {
                opened.remember(&predicted.ran);
            }
            if !is_newest(number) {
                return;
            }
            under_way.set(None);
            match ended {
                Ok(predicted) => result.set(Some(Rc::new(predicted))),
                Err(e) => error.set(Some(e)),
            }
        });
    };
    let busy = move || under_way.with(Option::is_some);
    view! {
        <section class="panel" aria-labelledby="table">
            <header>
                <h2 id="table">"Predict a whole file"</h2>
                <span class="small soft">"Free; the file stays in this page"</span>
            </header>
            <div class="body stack">
                <FileDrop label="CSV file" hint="A header and one row a prediction; a column of labels may be among them" accept=".csv,.tsv,.txt,text/csv" file=file />
                {test_cid
                    .map(|cid| {
                        let press = Callback::new(move |()| fetch(cid.clone()));
                        view! {
                            <div class="row">
                                <BusyButton label="Use the bounty's test.csv" class="small" id="use-test" busy=fetching on_press=press />
                            </div>
                        }
                    })}
                {move || {
                    table
                        .get()
                        .map(|table| {
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
                                            {table
                                                .columns
                                                .into_iter()
                                                .map(|name| {
                                                    let selected = label.with_untracked(|l| *l == name);
                                                    view! {
                                                        <option value=name.clone() selected=selected>
                                                            {name.clone()}
                                                        </option>
                                                    }
                                                })
                                                .collect_view()}
                                        </select>
                                    </label>
                                    <button class="button primary" type="button" id="predict-table" disabled=busy on:click=start>
                                        "Predict all rows"
                                    </button>
                                </div>
                            }
                        })
                }}
                {move || under_way.get().map(|(rows, total)| view! { <Meter opened=opened rows=rows total=total /> })}
                {move || {
                    error
                        .get()
                        .map(|e| {
                            let tone = if e == ModelsError::Stopped { "" } else { "bad" };
                            view! { <Notice tone=tone>{e.to_string()}</Notice> }
                        })
                }}
                {move || {
                    let name = table.with(|table| table.as_ref().map(|table| table.name.clone()))?;
                    result.get().map(|result| view! { <Outcome opened=opened result=result name=name /> })
                }}
            </div>
        </section>
    }
}

#[component]
fn Meter(opened: Opened, rows: u64, total: u64) -> impl IntoView {
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
            <button class="button" type="button" id="stop-table" on:click=move |_| opened.models.with_value(Models::stop)>
                "Stop"
            </button>
        </div>
    }
}

#[component]
fn Outcome(opened: Opened, result: Rc<Predicted>, name: String) -> impl IntoView {
    let save = Rc::clone(&result);
    let name = format!("predictions-{}", name.trim_end_matches(".csv").trim_end_matches(".tsv")) + ".csv";
    let known = result.classes.iter().filter(|class| **class != NO_CLASS).count();
    let names = opened.loaded.with_value(|l| l.card.classes.clone());
    let shares = shares(&result.classes, &names);
    let rows = result.rows;
    view! {
        <div class="stack" id="table-result" role="status">
            <p class="verdict">
                {match result.correct {
                    Some(correct) => format!("{} correct", format::score(correct as u32, rows as u32)),
                    None => format!("{} predicted", format::plural(rows, "row")),
                }}
            </p>
            {(!names.is_empty() && known == 0 && rows > 0)
                .then(|| view! { <Notice tone="warn">"The model named none of the classes. Check that the columns are those that it was trained on."</Notice> })}
            <div class="scores">
                {shares
                    .into_iter()
                    .map(|(name, count)| {
                        view! {
                            <span class="breakable">{name.clone()}</span>
                            <meter min="0" max=rows value=count aria-label=format!("Rows predicted as {name}")></meter>
                            <span class="number">{format::count(count)}</span>
                        }
                    })
                    .collect_view()}
            </div>
            <div class="row">
                <button class="button" type="button" id="save-table" on:click=move |_| download::save(&name, &save.csv)>
                    <Icon name="download" />
                    "Download predictions"
                </button>
            </div>
            <HowItRan opened=opened ran=result.ran.clone() />
        </div>
    }
}

/// How often each class was predicted, the most frequent first.
fn shares(classes: &[u16], names: &[String]) -> Vec<(String, u64)> {
    let mut counts = vec![0u64; names.len()];
    for class in classes {
        if let Some(count) = counts.get_mut(usize::from(*class)) {
            *count += 1;
        }
    }
    let mut shares: Vec<_> = names.iter().cloned().zip(counts).filter(|(_, count)| *count > 0).collect();
    shares.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    shares.truncate(SHOWN);
    shares
}

impl Table {
    fn read(name: String, bytes: Vec<u8>) -> Result<Self, String> {
        let head = &bytes[..bytes.len().min(SAMPLE)];
        let columns = peek(Part::Table, head, ReadOptions::default()).map_err(|e| e.to_string())?.columns;
        Ok(Self { name, bytes: Rc::new(bytes), columns })
    }
}

async fn read(file: &File) -> Result<Vec<u8>, String> {
    let size = file.size() as u64;
    if size > MAX_TABLE {
        return Err(format!(
            "The file has {}; at most {} are read at once. Split it.",
            format::bytes(size),
            format::bytes(MAX_TABLE)
        ));
    }
    read_file(file).await.map_err(|e| e.to_string())
}

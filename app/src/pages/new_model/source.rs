//! Where the weights come from: a CSV, trained in the page, or a model file.

use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::{prelude::*, task::spawn_local};
use ml::from_table::{self, Content, Words};
use protocol::shared_model::{
    ClassifierKind, ModelFile,
    encoder::{MAX_VOCABULARY_BYTES, parse_vocabulary},
    shape::CAPACITY,
    table::{MAX_TABLE, Table, TableError},
};
use web_sys::File;

use super::Draft;
use crate::{
    actions::read_file,
    components::{
        busy_button::BusyButton,
        field::Field,
        file_drop::FileDrop,
        notice::{Notice, Problem},
    },
    format, words,
};

/// Words of a vocabulary unless chosen.
const WORDS: &str = "1000";

#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    Csv,
    File,
    Simulation,
}

#[component]
pub fn Source(draft: Draft, from_simulation: bool) -> impl IntoView {
    let from = RwSignal::new(if from_simulation { From::Simulation } else { From::Csv });
    let choose = move |choice: From| {
        from.set(choice);
        draft.file.set(None);
        draft.test.set(None);
    };
    view! {
        <section class="panel" aria-labelledby="source">
            <header>
                <h2 id="source">"1. Weights to start with"</h2>
                <div class="tabs" role="group" aria-label="Source of the weights">
                    <button type="button" aria-pressed=move || (from.get() == From::Csv).to_string() on:click=move |_| choose(From::Csv)>
                        "Train on a CSV"
                    </button>
                    <button type="button" aria-pressed=move || (from.get() == From::File).to_string() on:click=move |_| choose(From::File)>
                        "From a model file"
                    </button>
                </div>
            </header>
            <div class="body stack">
                {move || match from.get() {
                    From::Csv => view! { <FromCsv draft=draft /> }.into_any(),
                    From::File => view! { <FromFile draft=draft /> }.into_any(),
                    From::Simulation => view! { <FromSimulation draft=draft /> }.into_any(),
                }}
            </div>
        </section>
    }
}

/// What the page of simulations has handed over.
#[component]
fn FromSimulation(draft: Draft) -> impl IntoView {
    view! {
        <p class="soft">"The model as your simulation left it, with its hidden test set, on which its accuracy is followed."</p>
        {move || draft.file.get().map(|file| view! { <Summary file=file /> })}
    }
}

#[component]
fn FromFile(draft: Draft) -> impl IntoView {
    let chosen = RwSignal::new_local(None::<File>);
    let problem = RwSignal::new(None::<String>);
    Effect::new(move || {
        let Some(file) = chosen.get() else { return };
        spawn_local(async move {
            draft.file.try_set(None);
            let read = match read_file(&file).await {
                Ok(bytes) => ModelFile::read(&bytes).map_err(|e| e.to_string()),
                Err(e) => Err(e.to_string()),
            };
            match read {
                Ok(file) => {
                    problem.try_set(None);
                    draft.name.try_set(file.name.clone());
                    draft.description.try_set(file.description.clone());
                    draft.file.try_set(Some(file));
                }
                Err(why) => {
                    problem.try_set(Some(why));
                }
            }
        });
    });
    view! {
        <p class="soft">"A JSON file as this page exports it from a model or a simulation. It has no test set, so its accuracy cannot be followed."</p>
        <FileDrop label="Model file" hint="JSON in the format modelmarket/model/1" accept=".json,application/json" file=chosen />
        <Problem error=problem />
        {move || draft.file.get().map(|file| view! { <Summary file=file /> })}
    }
}

#[component]
fn FromCsv(draft: Draft) -> impl IntoView {
    let chosen = RwSignal::new_local(None::<File>);
    let bytes = StoredValue::new(Vec::<u8>::new());
    let table = RwSignal::new(None::<Table>);
    let label = RwSignal::new(None::<u32>);
    let kind = RwSignal::new(None::<ClassifierKind>);
    let how = RwSignal::new("frequent".to_owned());
    let count = RwSignal::new(WORDS.to_owned());
    let listed = RwSignal::new(None::<Vec<String>>);
    let list_file = RwSignal::new_local(None::<File>);
    let capacity = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let result = RwSignal::new(None::<(u32, u32, usize, Option<String>)>);

    let reread = move || match Table::read(&bytes.get_value(), label.get_untracked()) {
        Ok(read) => {
            problem.try_set(None);
            kind.try_set(from_table::kinds(from_table::content(&read)).first().copied());
            capacity.try_set(read.classes.len().to_string());
            table.try_set(Some(read));
        }
        Err(e) => {
            table.try_set(None);
            problem.try_set(Some(e.to_string()));
        }
    };
    let forget = move || {
        draft.file.try_set(None);
        draft.test.try_set(None);
        result.try_set(None);
    };
    Effect::new(move || {
        let Some(file) = chosen.get() else { return };
        forget();
        spawn_local(async move {
            let size = file.size() as u64;
            if size > MAX_TABLE {
                problem.try_set(Some(TableError::TooLarge { found: size }.to_string()));
                return;
            }
            match read_file(&file).await {
                Ok(read) => {
                    bytes.try_update_value(|b| *b = read);
                    label.try_set(None);
                    reread();
                }
                Err(e) => {
                    problem.try_set(Some(e.to_string()));
                }
            }
        });
    });
    Effect::new(move || {
        let Some(file) = list_file.get() else { return };
        spawn_local(async move {
            let size = file.size() as u64;
            // Refused before it is read: a list of ten million words would fill the memory first.
            let read = if size > MAX_VOCABULARY_BYTES {
                Err(protocol::shared_model::SpecError::VocabularyTooLarge { bytes: size }.to_string())
            } else {
                match read_file(&file).await {
                    Ok(bytes) => parse_vocabulary(&bytes).map_err(|e| e.to_string()),
                    Err(e) => Err(e.to_string()),
                }
            };
            problem.try_set(read.as_ref().err().cloned());
            listed.try_set(read.ok());
        });
    });
    let content = Memo::new(move |_| table.with(|t| t.as_ref().map(from_table::content)));
    let columns = move || {
        table.with(|t| {
            let t = t.as_ref()?;
            Some(format!(
                "{}, {}, {}: {}",
                format::plural(t.rows.len() as u64, "row"),
                format::plural(t.columns.len() as u64, "column"),
                format::plural(t.classes.len() as u64, "class").replace("classs", "classes"),
                t.classes.iter().take(12).cloned().collect::<Vec<_>>().join(", "),
            ))
        })
    };
    let train = Callback::new(move |()| {
        let (Some(data), Some(content), Some(kind)) =
            (table.get_untracked(), content.get_untracked(), kind.get_untracked())
        else {
            return;
        };
        let number = count.get_untracked().trim().parse::<u32>().unwrap_or_default();
        let words = match (how.get_untracked().as_str(), listed.get_untracked()) {
            ("listed", Some(words)) => Words::Listed(words),
            ("listed", None) => {
                problem.set(Some("Choose the file with your words first, one a line.".into()));
                return;
            }
            ("hashed", _) => Words::Hashed(number),
            _ => Words::Frequent(number as usize),
        };
        let classes = data.classes.len() as u16;
        let Some(room) =
            capacity.get_untracked().trim().parse::<u16>().ok().filter(|c| (classes..=*CAPACITY.end()).contains(c))
        else {
            problem.set(Some(format!("Room for classes is a number from {classes} to {}.", CAPACITY.end())));
            return;
        };
        busy.set(true);
        problem.set(None);
        forget();
        spawn_local(async move {
            // Lets the button show that it works before the page computes.
            sleep(Duration::from_millis(30)).await;
            match from_table::train(&data, content, kind, &words, room) {
                Ok(trained) => {
                    let rows = trained.test.rows.len() as u32;
                    let why = trained.why.map(|e| e.to_string());
                    result.try_set(Some((trained.correct, rows, trained.skipped, why)));
                    draft.test.try_set(Some((trained.test.to_bytes(), rows)));
                    draft.file.try_set(Some(trained.file));
                }
                Err(e) => {
                    problem.try_set(Some(e.to_string()));
                }
            }
            busy.try_set(false);
        });
    });
    view! {
        <FileDrop
            label="Labelled examples"
            hint="CSV: numbers, texts or pixels, and a label column. It stays in this page."
            accept=".csv,.tsv,text/csv"
            file=chosen
        />
        <Problem error=problem />
        <Show when=move || table.with(Option::is_some)>
            <p class="small soft">{columns}</p>
            <div class="fields">
                <label class="field">
                    <span class="label">"Label column"</span>
                    <select on:change=move |event| {
                        label.set(event_target_value(&event).parse().ok());
                        forget();
                        reread();
                    }>
                        {move || {
                            table
                                .get()
                                .map(|t| {
                                    let chosen = label.get_untracked();
                                    let width = t.columns.len() + 1;
                                    let at = position(&t, chosen, &bytes.get_value());
                                    (0..width)
                                        .map(|i| {
                                            let name = column_name(&t, at, i);
                                            view! { <option value=i selected=i == at>{name}</option> }
                                        })
                                        .collect_view()
                                })
                        }}
                    </select>
                </label>
                <label class="field">
                    <span class="label">"Classifier"</span>
                    <select on:change=move |event| {
                        let name = event_target_value(&event);
                        kind.set(ClassifierKind::ALL.into_iter().find(|k| words::classifier(*k) == name));
                        forget();
                    }>
                        {move || {
                            content
                                .get()
                                .map(|content| {
                                    from_table::kinds(content)
                                        .into_iter()
                                        .map(|k| view! { <option value=words::classifier(k)>{words::classifier(k)}</option> })
                                        .collect_view()
                                })
                        }}
                    </select>
                </label>
                <Field label="Room for classes" value=capacity hint="Others can be proposed up to this number" />
            </div>
            <Show when=move || content.get() == Some(Content::Text)>
                <div class="fields">
                    <label class="field">
                        <span class="label">"Words it knows"</span>
                        <select on:change=move |event| {
                            how.set(event_target_value(&event));
                            forget();
                        }>
                            <option value="frequent">"The most frequent ones"</option>
                            <option value="hashed">"All, hashed"</option>
                            <option value="listed">"A list of mine"</option>
                        </select>
                    </label>
                    <Show
                        when=move || how.with(|h| h != "listed")
                        fallback=move || view! { <FileDrop label="List of words" hint="Text, one word a line" accept=".txt,text/plain" file=list_file /> }
                    >
                        <Field label="Number of features" value=count hint="More cost more to load: about 2,200 gas each" />
                    </Show>
                </div>
            </Show>
            <div class="row">
                <BusyButton label="Train here" class="primary" busy=busy on_press=train />
                <span class="small soft">"Every fifth row is kept out, as the test set on which the model’s accuracy is followed."</span>
            </div>
        </Show>
        {move || {
            result
                .get()
                .map(|(correct, rows, skipped, why)| {
                    view! {
                        <Notice tone="good">
                            <p>{format!("Trained. Right on {} rows that it had not seen.", format::score(correct, rows))}</p>
                            {(skipped > 0).then(|| view! { <p class="small">{format!("{} could not be used. {}", format::plural(skipped as u64, "row"), why.unwrap_or_default())}</p> })}
                        </Notice>
                    }
                })
        }}
        {move || draft.file.get().map(|file| view! { <Summary file=file /> })}
    }
}

/// Where the label column stands: as chosen, or as found.
fn position(table: &Table, chosen: Option<u32>, bytes: &[u8]) -> usize {
    let found = || {
        protocol::dataset::peek(protocol::dataset::Part::Table, bytes, protocol::dataset::ReadOptions::default())
            .map_or(table.columns.len() as u32, |p| p.label)
    };
    chosen.unwrap_or_else(found) as usize
}

fn column_name(table: &Table, label: usize, i: usize) -> String {
    match i.cmp(&label) {
        std::cmp::Ordering::Less => table.columns[i].clone(),
        std::cmp::Ordering::Equal => table.label.clone(),
        std::cmp::Ordering::Greater => table.columns[i - 1].clone(),
    }
}

/// What will be loaded.
#[component]
fn Summary(file: ModelFile) -> impl IntoView {
    let transactions = file.chunks(0).len() as u64 + 1;
    let takes = file.encoder.build().map(|e| e.describe()).unwrap_or_default();
    view! {
        <dl class="pairs">
            <dt>"Classifier"</dt>
            <dd>{words::classifier(file.shape.kind)}</dd>
            <dt>"Classes"</dt>
            <dd>{file.classes.join(", ")}</dd>
            <dt>"Takes"</dt>
            <dd>{takes}</dd>
            <dt>"On chain"</dt>
            <dd>
                {format!(
                    "{} weights in {} words, {}",
                    format::count(u64::from(file.shape.features) * file.shape.start_vectors() as u64),
                    format::count(file.shape.needed() as u64),
                    format::plural(transactions, "transaction"),
                )}
            </dd>
        </dl>
    }
}

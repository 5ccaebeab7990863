//! Run, stop, and configurations as files.

use leptos::{prelude::*, task::spawn_local};
use simulation::{Config, Outcome};
use web_sys::File;

use super::{data::Data, form::Form};
use crate::simulations::Simulations;
use app_core::action::read_file;
use app_ui::{
    controls::file_drop::FileDrop,
    download, format,
    messages::notice::{Notice, Problem},
};

/// Largest configuration that is read, bytes; one with a long vocabulary is below it.
const MAX_CONFIG: u64 = 16 << 20;

/// What Run and files have to say; shown beside Run.
#[derive(Clone, Copy)]
pub struct FileMessage {
    problem: RwSignal<Option<String>>,
    loaded: RwSignal<Option<String>>,
}

impl FileMessage {
    pub fn nothing() -> Self {
        Self { problem: RwSignal::new(None), loaded: RwSignal::new(None) }
    }
}

/// Stays in sight while settings are changed.
#[component]
pub fn Control(data: Data, form: Form, message: FileMessage) -> impl IntoView {
    let simulations = expect_context::<Simulations>();
    let running = move || simulations.under_way.with(Option::is_some);
    let run = move |_| {
        message.loaded.set(None);
        match form.read() {
            Ok(config) => {
                message.problem.set(None);
                let (name, label) = data.chosen();
                simulations.start(config, name, Some(label), data.bytes());
            }
            Err(why) => message.problem.set(Some(why)),
        }
    };
    view! {
        <section class="stack tight run-bar" aria-label="Run">
            <div class="row">
                <button class="button primary" type="button" id="run-simulation" disabled=running on:click=run>
                    "Run"
                </button>
                <button class="button" type="button" id="stop-simulation" disabled=move || !running() on:click=move |_| simulations.stop()>
                    "Stop"
                </button>
                <Meter />
            </div>
            <Problem error=message.problem />
            <Problem error=simulations.error />
            {move || message.loaded.get().map(|text| view! { <Notice tone="good">{text}</Notice> })}
        </section>
    }
}

/// Settings from a file, and to one.
#[component]
pub fn Files(form: Form, message: FileMessage) -> impl IntoView {
    let save = move |_| match form.read() {
        Ok(config) => {
            message.problem.set(None);
            // Texts and whole numbers into memory cannot fail.
            download::save("simulation-config.json", &serde_json::to_vec_pretty(&config).unwrap_or_default());
        }
        Err(why) => message.problem.set(Some(why)),
    };
    let chosen = RwSignal::new_local(None::<File>);
    Effect::new(move || {
        let Some(file) = chosen.get() else { return };
        spawn_local(async move {
            match read(&file).await {
                Ok(config) => {
                    form.load(&config);
                    message.problem.try_set(None);
                    let name = if config.name.is_empty() { file.name() } else { config.name };
                    message.loaded.try_set(Some(format!("“{name}” is loaded. Run it, or change it below.")));
                }
                Err(why) => {
                    message.loaded.try_set(None);
                    message.problem.try_set(Some(why));
                }
            }
        });
    });
    view! {
        <details>
            <summary id="settings-as-file">"Settings as a file"</summary>
            <div class="stack tight">
                <FileDrop
                    id="settings-file"
                    label="Load settings"
                    hint="JSON: settings or a result that was saved here"
                    accept=".json,application/json"
                    file=chosen
                />
                <div class="row">
                    <button class="button small" type="button" on:click=save>
                        "Save these settings"
                    </button>
                </div>
            </div>
        </details>
    }
}

/// A configuration, or the one in a result.
async fn read(file: &File) -> Result<Config, String> {
    let size = file.size() as u64;
    if size > MAX_CONFIG {
        return Err(format!(
            "The file has {}; settings have far less. Choose a JSON file saved here.",
            format::bytes(size)
        ));
    }
    let bytes = read_file(file).await.map_err(|e| e.to_string())?;
    match serde_json::from_slice::<Outcome>(&bytes) {
        Ok(outcome) => outcome.config.check().map(|()| outcome.config).map_err(|e| e.to_string()),
        Err(_) => Config::parse(&bytes).map_err(|e| e.to_string()),
    }
}

/// How far the run is.
#[component]
fn Meter() -> impl IntoView {
    let simulations = expect_context::<Simulations>();
    move || {
        simulations.under_way.get().map(|at| {
            let text = match at.done {
                None => "Reading the data, training the start…".to_owned(),
                Some(_) => format!(
                    "Day {:.1} of {}, {}",
                    at.day,
                    at.days,
                    format::plural(at.contributions.into(), "contribution")
                ),
            };
            view! {
                <div class="progress" style:flex="1 1 200px">
                    <progress max="1" value=at.done.map(|done| done.to_string()) aria-label="Progress of the run"></progress>
                    <span class="small soft">{text}</span>
                </div>
            }
        })
    }
}

//! Giving a model to everybody: its file under its CID, and a line in the list of published models.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use trained::{MAX_DESCRIPTION_LENGTH, MAX_NAME_LENGTH};
use web_sys::File;

use super::Opened;
use crate::actions;
use app_core::{
    action::{ActionError, Tools},
    routes,
};
use app_ui::{
    controls::{busy_button::BusyButton, field::Field},
    format,
    messages::{
        notice::Notice,
        run::{Run, RunState},
    },
};

#[component]
pub fn PublishPanel(opened: Opened, file: RwSignal<Option<File>, LocalStorage>) -> impl IntoView {
    let tools = Tools::from_context();
    let navigate = use_navigate();
    let run = Run::new();
    let card = opened.loaded.with_value(|l| l.card.clone());
    let named = file.with_untracked(|file| suggested_name(&card.name, file.as_ref()));
    let suggested = StoredValue::new(named.chars().take(MAX_NAME_LENGTH).collect::<String>());
    let name = RwSignal::new(suggested.get_value());
    let description = RwSignal::new(card.metadata.get("description").cloned().unwrap_or_default());
    let name_problem = Signal::derive(move || match name.with(|n| n.trim().len()) {
        0 => Some("Give it a name; people find it by that.".to_owned()),
        length if length > MAX_NAME_LENGTH => {
            Some(format!("The name has {length} bytes; at most {MAX_NAME_LENGTH} go on chain."))
        }
        _ => None,
    });
    // An empty name stops the button, and is no mistake before anything was typed.
    let marked =
        Signal::derive(move || name_problem.get().filter(|_| name.with(|name| *name != suggested.get_value())));
    let description_problem = Signal::derive(move || {
        let length = description.with(|d| d.trim().len());
        (length > MAX_DESCRIPTION_LENGTH)
            .then(|| format!("The description has {length} bytes; at most {MAX_DESCRIPTION_LENGTH} go on chain."))
    });
    let connected = move || tools.wallet.account.get().is_some();
    let blocked =
        Signal::derive(move || !connected() || name_problem.get().is_some() || description_problem.get().is_some());
    let press = Callback::new(move |()| {
        let Some(file) = file.get_untracked() else { return };
        let cid = opened.loaded.with_value(|l| l.cid.clone());
        let navigate = navigate.clone();
        run.start(async move {
            let (name, text) = (name.get_untracked(), description.get_untracked());
            actions::publish(tools, &cid, &file, name.trim(), text.trim(), run.says()).await?;
            if run.is_watched() {
                navigate(&routes::run(&cid, None), NavigateOptions::default());
            }
            Ok::<(), ActionError>(())
        });
    });
    view! {
        <section class="panel" aria-labelledby="publish">
            <header>
                <h2 id="publish">"Publish it"</h2>
                <span class="small soft">"Costs the network fee of one transaction"</span>
            </header>
            <div class="body stack">
                <p class="soft">
                    {format!(
                        "The file ({}) goes to this server under its CID and is public from then on; name and description go on chain for good. You can take it off the list, but not unpublish it.",
                        format::bytes(card.bytes),
                    )}
                </p>
                <Field id="field-name" label="Name" value=name problem=marked hint="At most 80 bytes; people find it by that" />
                <DescriptionField description=description problem=description_problem />
                <Licence licence=card.licence />
                <RunState run=run />
                <div class="row">
                    <BusyButton label="Publish" class="primary" id="publish-model" busy=run.busy disabled=blocked on_press=press />
                    {move || (!connected()).then(|| view! { <span class="small soft">"Connect a wallet to publish."</span> })}
                </div>
            </div>
        </section>
    }
}

/// The name in the file, or the file's own where nobody chose one.
fn suggested_name(inside: &str, file: Option<&File>) -> String {
    // XGBoost's exporter makes up 32 hexadecimal digits; nobody chose those.
    let made_up = inside.len() == 32 && inside.bytes().all(|b| b.is_ascii_hexdigit());
    if made_up || inside.trim().is_empty() {
        return file.map(|f| f.name().trim_end_matches(".onnx").to_owned()).unwrap_or_default();
    }
    inside.to_owned()
}

#[component]
fn DescriptionField(description: RwSignal<String>, problem: Signal<Option<String>>) -> impl IntoView {
    view! {
        <div class="field">
            <label for="model-description">"Description"</label>
            <textarea
                id="model-description"
                prop:value=move || description.get()
                on:input=move |event| description.set(event_target_value(&event))
            ></textarea>
            {move || match problem.get() {
                Some(text) => view! { <span class="problem">{text}</span> }.into_any(),
                None => view! { <span class="hint">"What it takes, what it says, what it must not be used for"</span> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Licence(licence: Option<String>) -> impl IntoView {
    match licence {
        Some(licence) => {
            let licence: String = licence.chars().take(120).collect();
            view! { <p>"Licence, as the file says: " <span class="strong">{licence}</span></p> }.into_any()
        }
        None => {
            view! {
                <Notice tone="warn">
                    "The file names no licence, so others may not know what they are allowed to do with it. Most exporters can write one: metadata “licence”."
                </Notice>
            }
                .into_any()
        }
    }
}

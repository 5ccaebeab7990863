use leptos::{prelude::*, task::spawn_local};
use shared_model::{Model, ModelFile};
use web_sys::File;

use super::ModelContext;
use crate::{actions::models, context::shown};
use app_core::{
    action::{ActionError, Tools, read_file},
    chain::ChainError,
};
use app_ui::{
    controls::{busy_button::BusyButton, file_drop::FileDrop},
    format,
    messages::{
        notice::{Notice, Problem},
        run::{Run, RunState},
    },
};

/// A model whose weights are not all on chain: how far it is, and going on.
#[component]
pub fn LoadingPanel(context: ModelContext) -> impl IntoView {
    let tools = Tools::from_context();
    let model = Memo::new(move |_| context.with_model(Model::clone));
    let start = RwSignal::new(None::<ModelFile>);
    let chosen = RwSignal::new_local(None::<File>);
    let problem = RwSignal::new(None::<String>);
    let run = Run::new();
    let mine = Memo::new(move |_| model.with(|m| m.as_ref().map(|m| m.owner)) == tools.wallet.account.get());
    Effect::new(move || {
        // It tells whose start is whose, and may come later than the model.
        context.metadata.track();
        spawn_local(look_in_vault(tools, context, start));
    });
    Effect::new(move || {
        let Some(file) = chosen.get() else { return };
        spawn_local(async move {
            match read_file(&file).await {
                Ok(bytes) => match ModelFile::read(&bytes) {
                    Ok(file) => take(tools, context, file, start, problem).await,
                    Err(e) => {
                        problem.try_set(Some(e.to_string()));
                    }
                },
                Err(e) => {
                    problem.try_set(Some(e.to_string()));
                }
            }
        });
    });
    let press = Callback::new(move |()| {
        let (Some(file), Some(loaded)) = (start.get_untracked(), model.get_untracked().map(|m| m.loaded)) else {
            return;
        };
        run.start(async move {
            models::load(tools, context.address, &file, loaded, |_| {}).await?;
            Ok::<(), ActionError>(())
        });
    });
    view! {
        <Notice tone="warn">
            <div class="stack tight">
                {move || model.get().map(|m| view! { <Incomplete loaded=m.loaded needed=m.shape.needed() as u32 /> })}
                <Show when=move || mine.get()>
                    <Problem error=problem />
                    <RunState run=run />
                    {move || match start.get() {
                        Some(file) => {
                            let left = model.with(|m| m.as_ref().map_or(0, |m| file.chunks(m.loaded).len()));
                            view! {
                                <div class="row">
                                    <BusyButton
                                        label=format!("Go on loading, {}", format::plural(left as u64, "transaction"))
                                        id="go-on-loading"
                                        class="primary"
                                        busy=run.busy
                                        on_press=press
                                    />
                                </div>
                            }
                                .into_any()
                        }
                        None => view! { <StartFile chosen=chosen /> }.into_any(),
                    }}
                </Show>
            </div>
        </Notice>
    }
}

#[component]
fn Incomplete(loaded: u32, needed: u32) -> impl IntoView {
    view! {
        <p class="strong">"This model is not complete"</p>
        <p>
            {format!(
                "{} of {} of its weights are on chain. It predicts and learns once all are there; only its owner can load them.",
                format::count(loaded.into()),
                format::plural(needed.into(), "storage slot"),
            )}
        </p>
        <div class="progress">
            <progress max=needed value=loaded aria-label="Storage slots loaded"></progress>
        </div>
    }
}

#[component]
fn StartFile(chosen: RwSignal<Option<File>, LocalStorage>) -> impl IntoView {
    view! {
        <FileDrop
            id="start-file"
            label="The model’s JSON file"
            hint="Your vault does not have it; choose the file that you started from"
            accept=".json,application/json"
            file=chosen
        />
    }
}

/// Looks for the start among those that the vault has, also those that were kept before their model was made: the answer
/// to a creation can be late.
async fn look_in_vault(tools: Tools, context: ModelContext, start: RwSignal<Option<ModelFile>>) {
    for kept in models::kept_starts(tools, context.address).await {
        if start.try_with_untracked(Option::is_none) != Some(true) {
            return;
        }
        let can_be = kept.is_the_models || is_described(context, &kept.file);
        if can_be && is_start(tools, context, &kept.file).await == Ok(true) {
            start.try_set(Some(kept.file));
        }
    }
}

/// Whether this is the start that the model's description is of; where that is not there, the words on chain have to
/// tell.
fn is_described(context: ModelContext, file: &ModelFile) -> bool {
    let described = context.metadata.try_with_untracked(|metadata| {
        let metadata = metadata.as_ref()?.as_ref().ok()?;
        Some(shown(file.metadata(metadata.test.clone())) == *metadata)
    });
    let has_words = || context.with_model_now(|model| model.loaded > 0) == Some(true);
    described.flatten().unwrap_or_else(has_words)
}

/// Takes a file that a person chose, if it is the start.
async fn take(
    tools: Tools,
    context: ModelContext,
    file: ModelFile,
    start: RwSignal<Option<ModelFile>>,
    problem: RwSignal<Option<String>>,
) {
    let other = "This file is another model: what is on chain so far is not its beginning. Choose the file that you started from.";
    match is_start(tools, context, &file).await {
        Ok(true) => {
            problem.try_set(None);
            start.try_set(Some(file));
        }
        Ok(false) => {
            problem.try_set(Some(other.into()));
        }
        Err(error) => {
            problem.try_set(Some(error.to_string()));
        }
    }
}

/// Whether a file has the model's shape and begins with what is on chain, word by word as the contract has it.
async fn is_start(tools: Tools, context: ModelContext, file: &ModelFile) -> Result<bool, ChainError> {
    let known = context.with_model_now(|model| (model.shape.clone(), model.classifier, model.loaded));
    let Some((shape, classifier, loaded)) = known else { return Ok(false) };
    if shape != file.shape {
        return Ok(false);
    }
    Ok(file.words.starts_with(&tools.reader.loaded_words(classifier, loaded).await?))
}

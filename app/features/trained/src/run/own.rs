//! Trying a model out of a file of one's own.

use leptos::{prelude::*, task::spawn_local};
use ml_task::Card;
use web_sys::File;

use super::{Loaded, Model, Opened, opened, publish::PublishPanel, wait::Wait};
use app_core::{
    action::read_file,
    components::model_drop::ModelDrop,
    own_models::OwnModels,
    routes,
    workers::{
        models::{MAX_MODEL, Models},
        prepare::Prepare,
    },
};
use app_ui::{
    format,
    messages::{
        empty::{Empty, Ghost},
        notice::Notice,
    },
};

#[derive(Clone)]
enum State {
    Nothing,
    Reading,
    Ready(Box<Loaded>),
    Failed(String),
    Stopped,
}

#[component]
pub fn OwnFile() -> impl IntoView {
    let models = StoredValue::new_local(Models::default());
    on_cleanup(move || {
        if let Some(models) = models.try_get_value() {
            models.end();
        }
    });
    let file = RwSignal::new_local(expect_context::<OwnModels>().take());
    let state = RwSignal::new_local(State::Nothing);
    let listed = RwSignal::new(None);
    Effect::new(move || {
        let chosen = file.get();
        let models = models.get_value();
        // Whatever was asked of the last file, or reads it still, nobody waits for it any more.
        models.end();
        let Some(chosen) = chosen else {
            state.set(State::Nothing);
            return;
        };
        state.set(State::Reading);
        spawn_local(async move {
            listed.try_set(None);
            let ended = models.unless_stopped(read(&models, &chosen)).await;
            // A file that was chosen meanwhile says the last word.
            if file.try_with_untracked(|f| f.as_ref() == Some(&chosen)) == Some(true) {
                state.try_set(match ended {
                    Ok(Ok((cid, card))) => State::Ready(Box::new(Loaded { cid, card, bounty: None, listed })),
                    Ok(Err(why)) => State::Failed(why),
                    Err(_) => State::Stopped,
                });
            }
        });
    });
    view! {
        <div class="page">
            <Heading />
            <ModelDrop
                id="onnx-file"
                beside_id="onnx-file-beside"
                label="ONNX file"
                hint="From PyTorch, scikit-learn, XGBoost and others; at most 268 MB"
                accept=".onnx,.data,.onnx_data,.bin,.pb,.weight"
                file=file
            />
            {move || match state.get() {
                State::Nothing => view! { <WhatRuns /> }.into_any(),
                State::Reading => {
                    view! {
                        <Wait what="Reading the model" models=models />
                        <Ghost lines=4 />
                    }
                        .into_any()
                }
                State::Stopped => view! { <Notice>"Stopped. Choose the file again, or another."</Notice> }.into_any(),
                State::Failed(why) => {
                    view! {
                        <div class="panel" id="refused">
                            <Empty icon="warn" title="This model cannot be run here">
                                <p>{why}</p>
                            </Empty>
                        </div>
                    }
                        .into_any()
                }
                State::Ready(loaded) => {
                    let opened = Opened::new(models, *loaded);
                    view! {
                        <Model opened=opened />
                        <PublishPanel opened=opened file=file />
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

#[component]
fn Heading() -> impl IntoView {
    view! {
        <div class="page-head">
            <div class="stack tight">
                <p class="small">
                    <a href=routes::TRAINED>"Trained models"</a>
                    " / Own file"
                </p>
                <h1>"Run your own model"</h1>
                <p class="soft">
                    "It runs on your machine, in a part of this page that can be stopped. Nothing leaves the browser unless you publish it."
                </p>
            </div>
        </div>
    }
}

/// What the page can run.
#[component]
fn WhatRuns() -> impl IntoView {
    view! {
        <p class="soft">
            "Runs neural networks of layers and convolutions, quantised ones too, and of steps in time, boosted trees, linear models, support vectors, and the preparing steps of scikit-learn, those for texts too. Not: models with sequences inside; the page says which part it cannot run. Nothing at hand? "
            <a href=routes::TRAINED>"Try a trained model."</a>
        </p>
    }
}

async fn read(models: &Models, file: &File) -> Result<(String, Card), String> {
    let size = file.size() as u64;
    if size > MAX_MODEL {
        return Err(format!(
            "The file has {}; at most {} are opened. Export a smaller model.",
            format::bytes(size),
            format::bytes(MAX_MODEL)
        ));
    }
    let bytes = read_file(file).await.map_err(|e| e.to_string())?;
    let hashed = Prepare::default().cid_of(file, |_| {}).await.map_err(|e| e.to_string())?;
    let cid = hashed.cid.to_string();
    let card = models.open(&bytes, opened::context(&cid, None)).await.map_err(|e| e.to_string())?;
    Ok((cid, card))
}

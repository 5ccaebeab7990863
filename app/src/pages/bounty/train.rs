//! Training a model for an open bounty without leaving the page.

mod curves;
mod options;
mod outcome;

use std::{rc::Rc, sync::Arc};

use leptos::prelude::*;
use ml_task::Point;

use super::Shown;
use crate::{
    chain::Reader,
    components::{
        busy_button::BusyButton,
        run::{Run, RunState},
    },
    content, format,
    settings::Settings,
    workers::models::{MAX_TABLE, Models, ModelsError, Trained},
};
use curves::Curves;
use options::{Options, OptionsForm};
use outcome::Outcome;

/// Milliseconds between two drawings of the curves: a round of a small model takes less.
const REDRAW: f64 = 150.0;
/// What is said of a training that was stopped before there was a model.
const STOPPED: &str = "Stopped before there was a model.";

/// Closed until it is `wanted`; the worker is fetched when training starts.
#[component]
pub fn TrainPanel(shown: Shown, wanted: RwSignal<bool>) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="train">
            <header>
                <h2 id="train">"Train here"</h2>
                <Show when=move || !wanted.get()>
                    <button class="button small" type="button" id="train-here" aria-expanded="false" on:click=move |_| wanted.set(true)>
                        "Train a model in this page"
                    </button>
                </Show>
            </header>
            <Show
                when=move || wanted.get()
                fallback=|| {
                    view! {
                        <p class="body soft">
                            "No tools at hand? Train a model on your machine, in this page, and submit what it predicts. Free; nothing leaves the browser until you commit, and then only two hashes do."
                        </p>
                    }
                }
            >
                <Training shown=shown />
            </Show>
        </section>
    }
}

#[component]
fn Training(shown: Shown) -> impl IntoView {
    let reader = expect_context::<Reader>();
    let settings = expect_context::<Settings>();
    let models = StoredValue::new_local(Models::new());
    on_cleanup(move || {
        if let Some(models) = models.try_get_value() {
            models.end();
        }
    });
    let options = Options::new();
    let run = Run::new();
    let points = RwSignal::new(Vec::<Point>::new());
    let trained = RwSignal::new_local(None::<Arc<Trained>>);
    let fetched = StoredValue::new_local(None::<(Rc<Vec<u8>>, Rc<Vec<u8>>)>);
    let learning = Memo::new(move |_| points.with(|p| !p.is_empty()));
    let sizes = move || {
        shown.metadata.with(|m| match m {
            Some(Ok(m)) => format!(
                "Fetches train.csv and test.csv ({}), then trains on your machine.",
                format::bytes(m.train.bytes + m.test.bytes)
            ),
            _ => "Fetches train.csv and test.csv, then trains on your machine.".into(),
        })
    };
    let press = Callback::new(move |()| {
        let (Some(bounty), Some(Ok(metadata))) =
            (shown.history.get_untracked().map(|h| h.bounty), shown.metadata.get_untracked())
        else {
            run.error.set(Some(
                "The data set's description is not loaded yet. Wait a moment, or set an IPFS gateway in Settings."
                    .into(),
            ));
            return;
        };
        let deployment = reader.deployment();
        let note = format!("{}/{}/{}", deployment.chain_id, deployment.market, bounty.id);
        let chosen = match options.read(metadata.classes.clone(), note) {
            Ok(chosen) => chosen,
            Err(why) => return run.error.set(Some(why)),
        };
        let models = models.get_value();
        points.set(Vec::new());
        run.start(async move {
            let says = run.says();
            says("Fetching the data");
            let (train, test) = match fetched.try_get_value().flatten() {
                Some(files) => files,
                None => {
                    let fetch = |cid| async move {
                        content::fetch(settings, cid, MAX_TABLE).await.map(Rc::new).map_err(|e| e.to_string())
                    };
                    let both = async { (fetch(&bounty.train_cid).await, fetch(&bounty.test_cid).await) };
                    let files = match models.unless_stopped(both).await {
                        Ok((train, test)) => (train?, test?),
                        Err(_) => {
                            run.ends_with(STOPPED);
                            return Ok(());
                        }
                    };
                    fetched.try_set_value(Some(files.clone()));
                    files
                }
            };
            says("Training");
            let mut all = Vec::new();
            let mut drawn = 0.0;
            let epoch = |point| {
                all.push(point);
                if js_sys::Date::now() - drawn > REDRAW {
                    drawn = js_sys::Date::now();
                    points.try_set(all.clone());
                }
            };
            let ended = models.train(&train, &test, chosen, epoch).await;
            points.try_set(all);
            match ended {
                Ok(ended) => {
                    trained.try_set(Some(Arc::new(ended)));
                }
                Err(ModelsError::Stopped) => run.ends_with(STOPPED),
                Err(e) => return Err(e.to_string()),
            }
            Ok::<(), String>(())
        });
    });
    view! {
        <div class="body stack">
            <OptionsForm options=options />
            <RunState run=run />
            <div class="row">
                <BusyButton label="Start training" class="primary" id="start-training" busy=run.busy on_press=press />
                {move || {
                    if run.busy.get() {
                        view! {
                            <button class="button" type="button" id="stop-training" on:click=move |_| models.with_value(Models::stop)>
                                {move || if learning.get() { "Stop and keep the best" } else { "Stop" }}
                            </button>
                            <Meter points=points />
                        }
                            .into_any()
                    } else {
                        view! { <span class="small soft">{sizes}</span> }.into_any()
                    }
                }}
            </div>
            <Show when=move || learning.get()>
                <Curves points=points />
            </Show>
            {move || trained.get().map(|trained| view! { <Outcome shown=shown trained=trained points=points /> })}
        </div>
    }
}

/// How far training is.
#[component]
fn Meter(points: RwSignal<Vec<Point>>) -> impl IntoView {
    move || {
        let last = points.with(|p| p.last().copied())?;
        Some(view! {
            <div class="progress" style:flex="1 1 200px">
                <progress max=last.rounds value=last.round aria-label="Progress of the training"></progress>
                <span class="small soft">{format!("Round {} of at most {}", format::count(last.round.into()), format::count(last.rounds.into()))}</span>
            </div>
        })
    }
}

//! For its client: the result, opened and held against the chain; a trained model goes straight to *Run*.

use app_core::{action::Tools, own_models::OwnModels, routes};
use app_ui::{
    controls::busy_button::BusyButton,
    download, format,
    messages::{
        notice::Notice,
        run::{Run, RunState},
    },
};
use compute_recipe::{MODULE_CID, Metrics, Output};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use protocol::Digest;

use super::{Here, unshown::Unshown};
use crate::client::{
    Sessions,
    result::{self, Opened},
};

#[component]
pub fn ResultPanel(here: Here) -> impl IntoView {
    let tools = Tools::from_context();
    let submitted = here.look(|job| {
        let run = job.run.as_ref().filter(|run| run.result != Digest::ZERO)?;
        Some((job.client, run.provider, job.files.workload == MODULE_CID))
    });
    let mine = Memo::new(move |_| {
        let account = tools.wallet.account.get();
        submitted.get().flatten().filter(|(client, ..)| Some(*client) == account)
    });
    let run = Run::new();
    let opened = RwSignal::new(None::<Opened>);
    let sessions = expect_context::<Sessions>();
    let press = Callback::new(move |()| {
        let Some((_, provider, _)) = mine.get_untracked() else { return };
        let session = sessions.of(here.id, provider);
        let shown = session.view.with_untracked(|view| view.shown).zip(session.deal());
        let job = here.known.computing.with_untracked(|known| known.as_ref()?.book.job(here.id).cloned());
        run.start(async move {
            let Some(job) = job else { return Ok(()) };
            opened.try_set(Some(result::fetch(tools, here.id, &job, shown).await?));
            Ok::<(), app_core::action::ActionError>(())
        });
    });
    view! {
        <Show when=move || mine.with(Option::is_some)>
            <section class="panel" aria-labelledby="result">
                <header>
                    <h2 id="result">"The result"</h2>
                </header>
                <div class="body stack">
                    <div class="row">
                        <BusyButton label="Get the result" id="get-result" class="primary" busy=run.busy on_press=press />
                        <span class="small soft">"It is sealed to your key, opened here, and held against what the provider committed to on chain."</span>
                    </div>
                    <Unshown here=here />
                    <RunState run=run />
                    {move || {
                        let is_recipe = mine.get().map(|(_, _, is_recipe)| is_recipe);
                        opened.get().zip(is_recipe).map(|(opened, is)| view! { <Came id=here.id is_recipe=is opened=opened /> })
                    }}
                </div>
            </section>
        </Show>
    }
}

#[component]
fn Came(id: u64, is_recipe: bool, opened: Opened) -> impl IntoView {
    let Opened { bytes, is_checked } = opened;
    let size = format::bytes(bytes.len() as u64);
    let checked = if is_checked {
        view! { <Notice tone="good">{format!("{size}. It is what the provider committed to on chain.")}</Notice> }
            .into_any()
    } else {
        view! {
            <Notice tone="warn">
                {format!("{size}. It is sealed to you, but was not held against the chain: connect to the provider first, which shows what it committed to.")}
            </Notice>
        }
        .into_any()
    };
    let what = match is_recipe.then(|| Output::decode(&bytes)) {
        Some(Ok(Output::Trained { model, metrics })) => {
            view! { <Trained id=id model=model metrics=metrics /> }.into_any()
        }
        Some(Ok(Output::Refused { why })) => {
            view! { <Notice tone="warn">{format!("The recipe made no model: {why}")}</Notice> }.into_any()
        }
        Some(Err(bad)) => view! { <Notice tone="bad">{bad.to_string()}</Notice> }.into_any(),
        None => {
            let name = format!("job-{id}.bin");
            view! {
                <button id="save-result" class="button" type="button" on:click=move |_| download::save(&name, &bytes)>
                    "Save it"
                </button>
            }
            .into_any()
        }
    };
    view! {
        <div class="stack" id="job-result">
            {checked}
            {what}
        </div>
    }
}

#[component]
fn Trained(id: u64, model: Vec<u8>, metrics: Metrics) -> impl IntoView {
    let models = expect_context::<OwnModels>();
    let navigate = use_navigate();
    let name = format!("job-{id}.onnx");
    let (file, saved) = (name.clone(), model.clone());
    let run = move |_| {
        models.give(&name, &model);
        navigate(routes::RUN, NavigateOptions::default());
    };
    let pairs = [
        ("Learned from", format::plural(metrics.rows, "row")),
        ("Predicts", format!("{}, one of {}", metrics.target, metrics.classes.join(", "))),
        ("Right on the rows learned from", per_cent(Some(metrics.train_accuracy))),
        ("Right on rows kept for the test", per_cent(metrics.test_accuracy)),
    ];
    view! {
        <dl class="pairs" id="recipe-metrics">
            {pairs.into_iter().map(|(what, text)| view! { <dt>{what}</dt><dd>{text}</dd> }).collect_view()}
        </dl>
        <div class="row">
            <button id="run-model" class="button primary" type="button" on:click=run>
                "Run the model"
            </button>
            <button id="save-model" class="button" type="button" on:click=move |_| download::save(&file, &saved)>
                "Save it as ONNX"
            </button>
        </div>
    }
}

fn per_cent(share: Option<f32>) -> String {
    share.map_or_else(|| "none were kept".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

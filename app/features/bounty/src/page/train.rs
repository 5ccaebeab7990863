//! Training a model for an open bounty without leaving the page.

mod curves;
mod form;
mod judged;
mod options;
mod outcome;
mod runs;
mod session;

use leptos::prelude::*;

use super::PageState;
use app_ui::{controls::busy_button::BusyButton, format, messages::run::RunState};
use curves::Curves;
use form::OptionsForm;
use options::Options;
use outcome::Outcome;
use runs::Runs;
use session::Session;

/// Closed until it is `wanted`; the worker is fetched when training starts.
#[component]
pub fn TrainPanel(context: PageState, wanted: RwSignal<bool>) -> impl IntoView {
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
                <Training context=context />
            </Show>
        </section>
    }
}

#[component]
fn Training(context: PageState) -> impl IntoView {
    let session = Session::new();
    session.asks_before_leaving(context.selection);
    let options = Options::new();
    let (run, points) = (session.run, session.points);
    let learning = Memo::new(move |_| points.with(|p| !p.is_empty()));
    let sizes = move || {
        context.metadata.with(|m| match m {
            Some(Ok(m)) => format!(
                "Fetches train.csv and test.csv ({}), then trains on your machine.",
                format::bytes(m.train.bytes.saturating_add(m.test.bytes))
            ),
            _ => "Fetches train.csv and test.csv, then trains on your machine.".into(),
        })
    };
    let press = Callback::new(move |()| session.start(context, options, false));
    let press_all = Callback::new(move |()| session.start(context, options, true));
    let outcome = move || {
        let at = session.shown.get()?;
        let run = session.runs.with(|runs| runs.get(at).cloned())?;
        Some(view! { <Outcome context=context run=run unsaved=session.unsaved /> })
    };
    view! {
        <div class="body stack">
            <OptionsForm options=options />
            <RunState run=run />
            <div class="row">
                <BusyButton label="Start training" class="primary" id="start-training" busy=run.busy on_press=press />
                <BusyButton label="Try all three" id="try-all" busy=run.busy on_press=press_all />
                {move || {
                    if run.busy.get() {
                        view! {
                            <button class="button" type="button" id="stop-training" on:click=move |_| session.stop()>
                                {move || if learning.get() { "Stop and keep the best" } else { "Stop" }}
                            </button>
                            <Meter session=session />
                        }
                            .into_any()
                    } else {
                        view! { <span class="small soft">{sizes}</span> }.into_any()
                    }
                }}
            </div>
            <Show when=move || learning.get()>
                <Curves points=points algorithm=session.algorithm />
            </Show>
            <Runs session=session />
            {outcome}
        </div>
    }
}

/// How far training is.
#[component]
fn Meter(session: Session) -> impl IntoView {
    move || {
        let session::Now { what, step, point } = session.now.get()?;
        Some(view! {
            <div class="progress" style:flex="1 1 200px">
                <progress max=point.rounds value=point.round aria-label="Progress of the training"></progress>
                <span class="small soft">
                    {format!("{what}: {step} {} of at most {}", format::count(point.round.into()), format::count(point.rounds.into()))}
                </span>
            </div>
        })
    }
}

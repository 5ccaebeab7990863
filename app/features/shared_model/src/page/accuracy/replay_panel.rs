use leptos::prelude::*;
use shared_model::{api::AccuracyEntry, test_set::MAX_TEST_BYTES};

use super::super::ModelContext;
use crate::replay::{self, Difference, Points};
use app_core::{content, settings::Settings};
use app_ui::{
    controls::busy_button::BusyButton,
    format,
    messages::{
        notice::Notice,
        run::{Run, RunState},
    },
};

/// Recomputing everything: no server is asked for anything but the bytes of the test set, which its CID proves.
#[component]
pub fn ReplayPanel(
    context: ModelContext,
    entries: Memo<Option<Vec<AccuracyEntry>>>,
    replayed: RwSignal<Option<Points>>,
) -> impl IntoView {
    let settings = expect_context::<Settings>();
    let run = Run::new();
    let progress = RwSignal::new(None::<(usize, usize)>);
    let verdict = RwSignal::new(None::<Vec<Difference>>);
    let press = Callback::new(move |()| {
        verdict.set(None);
        run.start(async move {
            let result = replay_now(context, settings, progress).await;
            progress.try_set(None);
            let points = result?;
            let rows = entries.try_get_untracked().flatten();
            verdict.try_set(rows.map(|rows| replay::differences(&points, &rows)));
            replayed.try_set(Some(points));
            Ok::<(), String>(())
        });
    });
    view! {
        <section class="panel">
            <header>
                <h2>"Check it yourself"</h2>
                <BusyButton label="Replay from the chain" id="replay" class="small" busy=run.busy on_press=press />
            </header>
            <div class="body stack">
                <p class="soft">
                    "Teaches the model again in this page, from the chain's events alone, and counts the test set after each. The server is not believed in anything."
                </p>
                <RunState run=run />
                {move || {
                    progress
                        .get()
                        .map(|(done, all)| {
                            view! {
                                <div class="progress">
                                    <progress max=all value=done aria-label="Replay"></progress>
                                </div>
                            }
                        })
                }}
                {move || verdict.get().map(|differences| view! { <Verdict differences=differences points=replayed.with(|p| p.as_ref().map_or(0, |p| p.len())) /> })}
            </div>
        </section>
    }
}

/// How the server's history compares with what was recomputed.
#[component]
fn Verdict(differences: Vec<Difference>, points: usize) -> impl IntoView {
    if differences.is_empty() {
        return view! {
            <Notice tone="good">
                {format!("{} recomputed; the server's history is the same.", format::plural(points as u64, "point"))}
            </Notice>
        }
        .into_any();
    }
    view! {
        <Notice tone="bad">
            <p>{format!("The server's history is wrong in {}:", format::plural(differences.len() as u64, "entry").replace("entrys", "entries"))}</p>
            <ul>
                {differences
                    .iter()
                    .take(10)
                    .map(|d| {
                        let own = d
                            .computed
                            .map_or("the chain has no such event".to_owned(), |c| {
                                format!("the chain gives {}", format::score(c.correct, c.total))
                            });
                        let said = d.said.map_or("it leaves the entry out".to_owned(), |c| {
                            format!("it says {}", format::score(c.correct, c.total))
                        });
                        view! { <li>{format!("Block {}: {said}, {own}.", d.block)}</li> }
                    })
                    .collect_view()}
            </ul>
        </Notice>
    }
        .into_any()
}

async fn replay_now(
    context: ModelContext,
    settings: Settings,
    progress: RwSignal<Option<(usize, usize)>>,
) -> Result<Points, String> {
    let metadata = context.metadata.get_untracked().ok_or("The model's description is still loading; try again.")??;
    let test = metadata.test.ok_or("The model's owner committed to no test set, so there is nothing to count on.")?;
    let bytes =
        content::fetch(settings, &test.cid.to_string(), MAX_TEST_BYTES as u64).await.map_err(|e| e.to_string())?;
    let events = context.history.try_with_untracked(|h| h.as_ref().map(|h| h.events.clone())).flatten();
    let events = events.ok_or("The model is still being read; try again.")?;
    let all = events.len();
    let report = move |done| {
        progress.try_set(Some((done, all)));
    };
    replay::run(&events, &bytes, report).await.map_err(|e| e.to_string())
}

//! Accuracy over time: the server's history as a chart, the proof that each point is in the log whose root is on chain,
//! and a recomputation from the chain's events.

use std::collections::BTreeMap;

use leptos::{prelude::*, task::spawn_local};
use protocol::{
    Address, Digest,
    api::models::{AccuracyEntry, AccuracyHistory, AccuracyQuery, InclusionQuery},
    cid::Cid,
    merkle,
    shared_model::{AccuracyRecord, TestSet, test_set::MAX_TEST_BYTES},
};

use super::Shown;
use crate::replay::{self, Difference, Points};
use app_core::{
    chain::{Clock, Reader},
    content,
    live::Live,
    server::{self, ServerError},
    settings::Settings,
};
use app_ui::{
    controls::busy_button::BusyButton,
    format,
    messages::{
        empty::{Empty, Ghost},
        notice::Notice,
        run::{Run, RunState},
    },
    plots::chart::{Chart, Line},
};

/// Points that the server gives at once.
const MANY: u64 = 10_000;
/// The newest points whose proofs are fetched.
const PROVEN: usize = 200;
/// Proofs asked for at the same time.
const AT_ONCE: usize = 8;

/// What is known of a point of the chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    Proven,
    /// Not yet in a tree whose root is on chain.
    Unanchored,
    Wrong,
}

#[component]
pub fn AccuracyTab(shown: Shown) -> impl IntoView {
    let live = expect_context::<Live>();
    let entries = RwSignal::new(None::<Vec<AccuracyEntry>>);
    let has_test_set = RwSignal::new(true);
    let away = RwSignal::new(None::<String>);
    let known = Memo::new(move |_| shown.history.with(|h| h.as_ref().map_or(0, |h| h.events.len())));
    Effect::new(move || {
        live.track();
        known.track();
        spawn_local(async move {
            match whole(shown.address).await {
                Ok(history) => {
                    away.try_set(None);
                    has_test_set.try_set(history.test_set);
                    entries.try_set(Some(history.rows));
                }
                Err(e) => {
                    away.try_set(Some(e.to_string()));
                }
            }
        });
    });
    // Only a change of the history draws the chart anew.
    let entries = Memo::new(move |_| entries.get());
    let replayed = RwSignal::new(None::<Points>);
    let lines = Signal::derive(move || {
        let of_server = entries.get().unwrap_or_default();
        let share = |correct: u32, total: u32| 100.0 * f64::from(correct) / f64::from(total.max(1));
        let current = of_server.iter().filter(|e| e.current).enumerate();
        let said = current.map(|(i, e)| (i as f64, share(e.correct, e.total))).collect();
        let mut lines = vec![Line { name: "As the server tells".into(), points: said, steps: true }];
        if let Some(points) = replayed.get() {
            let own = points.values().enumerate().map(|(i, p)| (i as f64, share(p.correct, p.total))).collect();
            lines.push(Line { name: "Replayed here from the chain".into(), points: own, steps: true });
        }
        lines.retain(|l| !l.points.is_empty());
        lines
    });
    let summary = Signal::derive(move || {
        let of_server = entries.get().unwrap_or_default();
        match (of_server.first(), of_server.last()) {
            (Some(first), Some(last)) => format!(
                "Accuracy from {} at the start to {} after {} contributions",
                format::percent(first.correct, first.total),
                format::percent(last.correct, last.total),
                of_server.len() - 1,
            ),
            _ => "No accuracy yet".into(),
        }
    });
    view! {
        <div class="stack">
            {move || away.get().map(|text| view! { <Notice tone="warn">{format!("{text} You can still replay the history from the chain.")}</Notice> })}
            {move || match entries.get() {
                None if away.get().is_none() => view! { <Ghost lines=6 /> }.into_any(),
                Some(rows) if rows.is_empty() && replayed.get().is_none() => {
                    view! {
                        <div class="panel">
                            <Empty icon="scale" title="No accuracy yet">
                                <p>
                                    {if has_test_set.get() {
                                        "The model is measured on its committed test set as soon as it is complete, and after every contribution."
                                    } else {
                                        "Its owner committed to no test set, or the server does not have it, so nothing can be measured."
                                    }}
                                </p>
                            </Empty>
                        </div>
                    }
                        .into_any()
                }
                _ => {
                    view! {
                        <section class="panel">
                            <header>
                                <h2>"Correct on the committed test set"</h2>
                                <span class="small soft">{summary}</span>
                            </header>
                            <div class="body stack">
                                <Chart lines=lines summary=summary x_label=contributions y_label=per_cent />
                                <Proofs entries=entries />
                            </div>
                        </section>
                    }
                        .into_any()
                }
            }}
            <ReplayPanel shown=shown entries=entries replayed=replayed />
        </div>
    }
}

/// All points that the server has.
async fn whole(model: Address) -> Result<AccuracyHistory, ServerError> {
    let page = async |offset: usize| {
        let query = AccuracyQuery { offset: Some(offset as u64), limit: Some(MANY) };
        server::accuracy(model, &query).await
    };
    let mut all = page(0).await?;
    while (all.rows.len() as u64) < all.total {
        let more = page(all.rows.len()).await?;
        if more.rows.is_empty() {
            break;
        }
        all = AccuracyHistory { rows: [all.rows, more.rows].concat(), ..more };
    }
    Ok(all)
}

fn contributions(x: f64) -> String {
    match x.round() as u64 {
        0 => "start".into(),
        n => format::plural(n, "contribution"),
    }
}

fn per_cent(y: f64) -> String {
    format!("{y:.4}").trim_end_matches('0').trim_end_matches('.').to_owned() + " %"
}

/// Checks that each point is in the log, under a root that is on chain.
#[component]
fn Proofs(entries: Memo<Option<Vec<AccuracyEntry>>>) -> impl IntoView {
    let reader = expect_context::<Reader>();
    let clock = expect_context::<Clock>();
    let proofs = RwSignal::new(BTreeMap::<u64, (AccuracyEntry, Proof)>::new());
    let trouble = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let done = RwSignal::new(false);
    Effect::new(move || {
        // What waits for an anchor is asked about again with every block.
        clock.head.track();
        let rows = entries.get().unwrap_or_default();
        if busy.get_untracked()
            || (done.get_untracked() && proofs.with_untracked(|known| open(&rows, known).is_empty()))
        {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let checked = check(reader, &rows, proofs).await;
            trouble.try_set(checked.err());
            busy.try_set(false);
            done.try_set(true);
        });
    });
    view! {
        {move || {
            let all = proofs.get();
            let count = |wanted: Proof| all.values().filter(|(_, p)| *p == wanted).count();
            let (proven, waiting, wrong) = (count(Proof::Proven), count(Proof::Unanchored), count(Proof::Wrong));
            if let Some(text) = trouble.get() {
                return view! { <Notice tone="warn">{text}</Notice> }.into_any();
            }
            if wrong > 0 {
                return view! {
                    <Notice tone="bad">
                        {format!("{} not in the log whose root is on chain: the server's history was changed afterwards. Replay it from the chain.", match wrong { 1 => "1 point is".to_owned(), n => format!("{n} points are") })}
                    </Notice>
                }
                    .into_any();
            }
            if !done.get() {
                return view! { <p class="small soft" role="status">"Checking proofs…"</p> }.into_any();
            }
            view! {
                <p class="small soft" role="status" id="proofs">
                    {format!("{} proven to be in the log whose root is on chain.", format::plural(proven as u64, "point"))}
                    {(waiting > 0).then(|| format!(" {} for the next anchor.", match waiting { 1 => "1 waits".to_owned(), n => format!("{n} wait") }))}
                </p>
            }
                .into_any()
        }}
    }
}

/// The newest entries whose proof is still to be checked.
fn open<'a>(rows: &'a [AccuracyEntry], known: &BTreeMap<u64, (AccuracyEntry, Proof)>) -> Vec<&'a AccuracyEntry> {
    let newest = &rows[rows.len().saturating_sub(PROVEN)..];
    let unknown =
        |e: &&AccuracyEntry| known.get(&e.index).is_none_or(|(seen, p)| seen != *e || *p == Proof::Unanchored);
    newest.iter().filter(unknown).collect()
}

async fn check(
    reader: Reader,
    rows: &[AccuracyEntry],
    proofs: RwSignal<BTreeMap<u64, (AccuracyEntry, Proof)>>,
) -> Result<(), String> {
    let head = server::accuracy_log().await.map_err(|e| e.to_string())?;
    let anchored = match head.anchored.as_ref().map(|a| a.account).or(head.account) {
        // The server only says where to look; the root is read from the chain.
        Some(account) => reader.anchor(account).await.map_err(|e| e.to_string())?,
        None => None,
    };
    let open = proofs.with_untracked(|known| open(rows, known));
    for some in open.chunks(AT_ONCE) {
        let verdicts = futures::future::join_all(some.iter().map(|entry| proof_of(entry, anchored))).await;
        for (entry, verdict) in some.iter().zip(verdicts) {
            let verdict = verdict?;
            proofs.try_update(|all| all.insert(entry.index, ((*entry).clone(), verdict)));
        }
    }
    Ok(())
}

async fn proof_of(entry: &AccuracyEntry, anchored: Option<(u64, Digest)>) -> Result<Proof, String> {
    let Some((size, root)) = anchored.filter(|(size, _)| *size > entry.index) else { return Ok(Proof::Unanchored) };
    let query = InclusionQuery { index: entry.index, size: Some(size) };
    let proof = server::inclusion(&query).await.map_err(|e| e.to_string())?;
    let Ok(test) = entry.test_cid.parse::<Cid>() else { return Ok(Proof::Wrong) };
    let record = AccuracyRecord {
        model: entry.model,
        block: entry.block,
        block_hash: entry.block_hash,
        log_index: entry.log_index,
        test,
        correct: entry.correct,
        total: entry.total,
    };
    let holds = merkle::verify_inclusion(&record.leaf(), entry.index, size, &proof.path, &root).is_ok();
    Ok(if holds { Proof::Proven } else { Proof::Wrong })
}

/// Recomputing everything: no server is asked for anything but the bytes of the test set, which its CID proves.
#[component]
fn ReplayPanel(
    shown: Shown,
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
            let result = replay_now(shown, settings, progress).await;
            progress.try_set(None);
            let points = result?;
            verdict.try_set(entries.get_untracked().map(|rows| replay::differences(&points, &rows)));
            replayed.try_set(Some(points));
            Ok::<(), String>(())
        });
    });
    view! {
        <section class="panel">
            <header>
                <h2>"Check it yourself"</h2>
                <BusyButton label="Replay from the chain" class="small" busy=run.busy on_press=press />
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
                {move || {
                    verdict
                        .get()
                        .map(|differences| {
                            if differences.is_empty() {
                                let points = replayed.with(|p| p.as_ref().map_or(0, |p| p.len()));
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
                        })
                }}
            </div>
        </section>
    }
}

async fn replay_now(
    shown: Shown,
    settings: Settings,
    progress: RwSignal<Option<(usize, usize)>>,
) -> Result<Points, String> {
    let metadata = shown.metadata.get_untracked().ok_or("The model's description is still loading; try again.")??;
    let test = metadata.test.ok_or("The model's owner committed to no test set, so there is nothing to count on.")?;
    let bytes =
        content::fetch(settings, &test.cid.to_string(), MAX_TEST_BYTES as u64).await.map_err(|e| e.to_string())?;
    let (shape, events) = shown
        .history
        .with_untracked(|h| h.as_ref().map(|h| (h.model.shape.clone(), h.events.clone())))
        .ok_or("The model is still being read; try again.")?;
    let rows = TestSet::parse(&shape, &bytes).map_err(|e| e.to_string())?.rows;
    let all = events.len();
    let report = move |done| {
        progress.try_set(Some((done, all)));
    };
    replay::run(&events, rows, report).await.map_err(|e| e.to_string())
}

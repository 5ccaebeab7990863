use std::collections::BTreeMap;

use leptos::{prelude::*, task::spawn_local};
use protocol::{Digest, api::Deployment, cid::Cid, merkle};
use shared_model::{
    AccuracyRecord,
    api::{AccuracyEntry, InclusionQuery},
};

use super::pinned_log::{self, PinError};
use app_core::{
    chain::{Clock, Reader},
    server::{self, ServerError},
    wallet::Wallet,
};
use app_ui::{format, messages::notice::Notice};

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

/// Checks that each point is in the log, under a root that is on chain.
#[component]
pub fn Proofs(entries: Memo<Option<Vec<AccuracyEntry>>>) -> impl IntoView {
    let reader = expect_context::<Reader>();
    let clock = expect_context::<Clock>();
    let proofs = RwSignal::new(BTreeMap::<u64, (AccuracyEntry, Proof)>::new());
    let wallet = expect_context::<Wallet>();
    let trouble = RwSignal::new(None::<PinError>);
    let busy = RwSignal::new(false);
    let done = RwSignal::new(false);
    let again = RwSignal::new(0u32);
    Effect::new(move || {
        // What waits for an anchor is asked about again with every block.
        clock.head.track();
        again.track();
        let rows = entries.get().unwrap_or_default();
        if busy.get_untracked()
            || (done.get_untracked() && proofs.with_untracked(|known| open(&rows, known).is_empty()))
        {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let checked = check(reader, &wallet.home.get_value(), &rows, proofs).await;
            trouble.try_set(checked.err());
            busy.try_set(false);
            done.try_set(true);
        });
    });
    let forget = Callback::new(move |()| {
        wallet.home.with_value(pinned_log::forget);
        proofs.set(BTreeMap::new());
        done.set(false);
        trouble.set(None);
        again.update(|n| *n += 1);
    });
    view! {
        {move || {
            let all = proofs.get();
            let count = |wanted: Proof| all.values().filter(|(_, p)| *p == wanted).count();
            let (proven, waiting, wrong) = (count(Proof::Proven), count(Proof::Unanchored), count(Proof::Wrong));
            if let Some(error) = trouble.get() {
                return view! { <Trouble error=error forget=forget /> }.into_any();
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

/// Why nothing is proven; a change of the log can be accepted by who knows of it.
#[component]
fn Trouble(error: PinError, forget: Callback<()>) -> impl IntoView {
    let changed = error.is_change();
    view! {
        <Notice tone=if changed { "bad" } else { "warn" }>
            <p>{error.to_string()}</p>
            {changed
                .then(|| {
                    view! {
                        <button class="button small" type="button" id="accept-log" on:click=move |_| forget.run(())>
                            "Go on with what the server names now"
                        </button>
                    }
                })}
        </Notice>
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
    deployment: &Deployment,
    rows: &[AccuracyEntry],
    proofs: RwSignal<BTreeMap<u64, (AccuracyEntry, Proof)>>,
) -> Result<(), PinError> {
    let unreadable = |e: ServerError| PinError::Unreadable(e.to_string());
    let head = server::accuracy_log().await.map_err(unreadable)?;
    let anchored = pinned_log::anchored(reader, deployment, &head).await?;
    // The page may have been left meanwhile.
    let open = proofs.try_with_untracked(|known| open(rows, known)).unwrap_or_default();
    for some in open.chunks(AT_ONCE) {
        let verdicts = futures::future::join_all(some.iter().map(|entry| proof_of(entry, anchored))).await;
        for (entry, verdict) in some.iter().zip(verdicts) {
            let verdict = verdict.map_err(PinError::Unreadable)?;
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

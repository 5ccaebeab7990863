use bounty::{Action, Bounty, Event, LoggedEvent, Phase, Standing, StoredBounty, returns::ChainBounty};
use leptos::{prelude::*, task::spawn_local};
use protocol::Address;

use crate::{
    chips::{PhaseChip, SubmissionChip},
    names,
};
use app_core::{
    chain::{Clock, History, Reader},
    components::time::Deadline,
    server,
    transactions::Transactions,
    wallet::Wallet,
};
use app_ui::messages::empty::GhostPage;

/// What the contract stores of a bounty and of whoever looks at it, with the bounty as far as their actions need it.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    pub stored: StoredBounty,
    pub bounty: Bounty,
}

impl Known {
    /// Submissions that stand. The bounty here has this account's own only.
    pub fn active(&self) -> usize {
        self.stored.bounty.active as usize
    }

    /// What this account may do now. Scores need the revealed truth, so these wait until it is known where that is.
    pub fn allowed(&self, account: &Address) -> Vec<Action> {
        let needs_truth = |action: &Action| matches!(action, Action::Claim | Action::RevealPrediction);
        let mut allowed = if self.stored.person == *account { self.stored.allowed() } else { Vec::new() };
        allowed.retain(|action| self.bounty.truth.is_some() || !needs_truth(action));
        allowed
    }
}

/// Keeps up with what the contract stores for as long as `wanted`: while the history is still being read, or lacks
/// something. Whoever must act then need not wait for it.
pub fn follow(id: u64, wanted: Memo<bool>, history: Signal<Option<History>>) -> Signal<Option<Known>> {
    let reader = expect_context::<Reader>();
    let clock = expect_context::<Clock>();
    let wallet = expect_context::<Wallet>();
    let transactions = expect_context::<Transactions>();
    let known = RwSignal::new(None::<Known>);
    let events = StoredValue::new(Vec::<LoggedEvent>::new());
    let searching = StoredValue::new(false);
    Effect::new(move || {
        clock.head.track();
        transactions.mined.track();
        let person = wallet.account.get();
        if !wanted.get() {
            known.set(None);
            return;
        }
        spawn_local(async move {
            let Ok(Some(stored)) = reader.stored_bounty(id, person).await else { return };
            // Another account may have been chosen meanwhile.
            if wallet.account.try_get_untracked() != Some(person) {
                return;
            }
            take_from(history, events);
            // First what it says by itself, then with the few events that actions need.
            show(known, wanted, stored.clone(), events);
            if searching.try_get_value() != Some(false) {
                return;
            }
            searching.try_set_value(true);
            if find_events(reader, &stored, events).await && wallet.account.try_get_untracked() == Some(person) {
                show(known, wanted, stored, events);
            }
            searching.try_set_value(false);
        });
    });
    known.into()
}

/// Takes over what the history has of the events that actions need, whatever else it lacks.
fn take_from(history: Signal<Option<History>>, events: StoredValue<Vec<LoggedEvent>>) {
    let is_needed = |event: &&LoggedEvent| matches!(event.event, Event::Created { .. } | Event::TruthRevealed { .. });
    let told = history.try_with_untracked(|history| {
        history.iter().flat_map(|history| history.events.iter().filter(is_needed)).cloned().collect()
    });
    add(events, told.unwrap_or_default());
}

fn add(events: StoredValue<Vec<LoggedEvent>>, more: Vec<LoggedEvent>) {
    events.try_update_value(|all| {
        all.extend(more);
        all.sort_by_key(|event| (event.block, event.log_index));
        all.dedup_by_key(|event| (event.block, event.log_index));
    });
}

fn show(
    known: RwSignal<Option<Known>>,
    wanted: Memo<bool>,
    stored: StoredBounty,
    events: StoredValue<Vec<LoggedEvent>>,
) {
    let Some(bounty) = events.try_with_value(|events| stored.as_bounty(events).ok()).flatten() else { return };
    // The page may have been left, or the history may have come meanwhile.
    if wanted.try_get_untracked() == Some(true) {
        let new = Some(Known { stored, bounty });
        if known.try_with_untracked(|known| *known != new) == Some(true) {
            known.try_set(new);
        }
    }
}

/// Looks for the bounty's creation, where it is known in which block that was, and for the revealed truth. Returns
/// whether one of them is new.
async fn find_events(reader: Reader, stored: &StoredBounty, events: StoredValue<Vec<LoggedEvent>>) -> bool {
    let has = |wanted: fn(&Event) -> bool| events.try_with_value(|all| all.iter().any(|known| wanted(&known.event)));
    let mut found = Vec::new();
    if has(|event| matches!(event, Event::Created { .. })) == Some(false)
        && let Some(block) = server::bounty_made_in(reader, stored.id).await
    {
        found.extend(reader.creation(stored.id, block).await.ok().flatten());
    }
    let is_needed = matches!(stored.bounty.phase, Phase::Claiming | Phase::Revealing) && stored.mine.is_some();
    if let Some(at) = stored.bounty.truth_revealed_at.filter(|_| is_needed)
        && has(|event| matches!(event, Event::TruthRevealed { .. })) == Some(false)
    {
        found.extend(reader.revelation(stored.id, at).await.ok().flatten());
    }
    let is_new = !found.is_empty();
    add(events, found);
    is_new
}

/// What the contract stores of a bounty, while its events are still being read. Whoever must act sees here that they
/// must, and until when.
#[component]
pub fn Stored(id: u64, known: Signal<Option<Known>>) -> impl IntoView {
    let clock = expect_context::<Clock>();
    view! {
        {move || match known.get() {
            Some(Known { stored, .. }) => {
                let standing = stored.standing(clock.now.get_untracked());
                view! { <Terms id=id bounty=stored.bounty standing=standing /> }.into_any()
            }
            None => view! { <GhostPage /> }.into_any(),
        }}
        <Reading />
    }
}

#[component]
fn Terms(id: u64, bounty: ChainBounty, standing: Option<Standing>) -> impl IntoView {
    view! {
        <section class="panel" id="stored">
            <header>
                <h1>{format!("Bounty {id}")}</h1>
                <PhaseChip phase=bounty.phase />
            </header>
            <div class="body stack">
                <p>{names::phase_story(bounty.phase, bounty.active as usize)}</p>
                {standing
                    .map(|standing| {
                        view! { <p class="row tight">"Your submission: " <SubmissionChip standing=standing /></p> }
                    })}
                <dl class="terms">
                    <div>
                        <dt>"Reward"</dt>
                        <dd>{format!("{} MDC", bounty.terms.reward)}</dd>
                    </div>
                    <div>
                        <dt>"Submission deadline"</dt>
                        <dd>
                            <Deadline at=bounty.terms.deadline />
                        </dd>
                    </div>
                    <div>
                        <dt>"Submissions"</dt>
                        <dd>{bounty.submissions}</dd>
                    </div>
                </dl>
            </div>
        </section>
    }
}

/// How far the reading of events is, where it takes a while.
#[component]
fn Reading() -> impl IntoView {
    let progress = expect_context::<Reader>().progress();
    view! {
        <p class="small soft" role="status">
            {move || match progress.get() {
                Some(progress) => {
                    format!("Its events are being read: block {} of {}.", progress.block, progress.head)
                }
                None => "Its events are being read.".to_owned(),
            }}
        </p>
    }
}

//! `/bounties/{id}`: what was agreed, what happened, who must act, and a re-check of every score. Read from the chain.

mod act;
mod data;
mod facts;
pub mod outline;
mod recheck;
mod stored;
mod submissions;
mod timeline;
mod track;
mod train;
mod winner;

use bounty::Phase;
use dataset::metadata::{MAX_METADATA, Metadata};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;
use protocol::subject::Subject;

use crate::{chips::PhaseChip, names};
use app_core::{
    chain::{ChainError, Clock, History, Reader},
    components::{account::Account, not_found::NotFoundPage, server_differs::ServerDiffers},
    content::{self, ContentError, SmallFiles},
    routes, server, titles,
    transactions::Transactions,
    wallet::Wallet,
};
use app_ui::messages::{empty::Empty, notice::Notice};

/// What the parts of this page share.
#[derive(Clone, Copy)]
pub struct PageState {
    pub history: Signal<Option<History>>,
    /// What the contract stores, where the history is not there yet or lacks something; it decides then.
    known: Signal<Option<stored::Known>>,
    /// `None` until fetched; an error is a sentence.
    pub metadata: RwSignal<Option<Result<Metadata, String>>>,
    /// What is to be submitted: files that were chosen, or what was trained in this page.
    pub selection: act::submit::Selection,
    /// Tables that are small: what shows their columns and what counts their classes read the same.
    pub files: SmallFiles,
}

impl PageState {
    /// The bounty as far as actions need it.
    pub fn bounty(self) -> Option<bounty::Bounty> {
        let known = self.known.with_untracked(|known| known.as_ref().map(|known| known.bounty.clone()));
        known.or_else(|| self.history.with_untracked(|h| h.as_ref().map(|h| h.bounty.clone())))
    }

    /// Submissions that stand.
    pub fn active(self) -> usize {
        let stored = self.known.with(|known| known.as_ref().map(stored::Known::active));
        stored.or_else(|| self.history.with(|h| h.as_ref().map(|h| h.bounty.active()))).unwrap_or_default()
    }

    /// The description, or the sentence why it is not there.
    pub fn described(self) -> Result<Metadata, String> {
        match self.metadata.get_untracked() {
            Some(Ok(metadata)) => Ok(metadata),
            Some(Err(why)) => Err(format!("The data set's description could not be had: {why}")),
            None => Err("The data set's description is not loaded yet. Wait a moment, then try again.".into()),
        }
    }

    /// The bounty's title, or its number where the metadata cannot be had.
    pub fn title(self) -> String {
        let title = self.metadata.with(|m| match m {
            Some(Ok(metadata)) => Some(metadata.title.clone()),
            _ => None,
        });
        title.unwrap_or_else(|| self.bounty().map_or("Bounty".into(), |bounty| format!("Bounty {}", bounty.id)))
    }
}

#[component]
pub fn BountyPage() -> impl IntoView {
    let parameters = use_params_map();
    let id = Memo::new(move |_| parameters.with(|p| p.get("id")).and_then(|id| id.parse::<u64>().ok()));
    move || match id.get() {
        Some(id) => view! { <Bounty id=id /> }.into_any(),
        None => view! { <NotFoundPage /> }.into_any(),
    }
}

#[component]
fn Bounty(id: u64) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let reader = expect_context::<Reader>();
    let transactions = expect_context::<Transactions>();
    let wallet = expect_context::<Wallet>();
    let history = RwSignal::new(None::<History>);
    let error = RwSignal::new(None::<ChainError>);
    let server_away = RwSignal::new(false);
    let selection = act::submit::Selection::nothing();
    let subject = StoredValue::new(Subject::new(bounty::FAMILY, id));
    let lacking = Memo::new(move |_| subject.with_value(|subject| reader.lacking(subject)));
    let found = Memo::new(move |_| history.with(Option::is_some));
    let whole = Memo::new(move |_| subject.with_value(|subject| reader.is_whole(subject)));
    let known = stored::follow(id, Memo::new(move |_| !found.get() || !whole.get()), history.into());
    let (metadata, files) = (RwSignal::new(None), SmallFiles::none());
    let context = PageState { history: history.into(), known, metadata, selection, files };

    Effect::new(move || {
        clock.head.track();
        transactions.mined.track();
        reader.mended().track();
        let person = wallet.account.get();
        spawn_local(async move {
            match server::bounty(reader, id, person).await {
                Ok(read) => {
                    error.try_set(None);
                    if history.try_with_untracked(|h| h.as_ref() != Some(&read)) == Some(true) {
                        history.try_set(Some(read));
                    }
                }
                Err(e) => {
                    error.try_set(Some(e));
                }
            }
            server_away.try_set(server::status().await.is_err());
        });
    });

    follow_metadata(id, context);
    // The panels below hold what a person typed and what works for them; they are rebuilt only when what they depend on
    // changes, and a failed reading is not among it.
    let phase = Memo::new(move |_| {
        let stored = known.with(|known| known.as_ref().map(|known| known.stored.bounty.phase));
        stored.or_else(|| history.with(|h| h.as_ref().map(|h| h.bounty.phase(clock.now.get()))))
    });
    let failed = Memo::new(move |_| error.get());
    let away = Memo::new(move |_| server_away.get());
    view! {
        <div class="page">
        {move || away.get().then(|| view! { <ServerAway /> })}
        <ServerDiffers />
        {move || lacking.get().filter(|_| found.get()).map(|lacking| view! { <Incomplete lacking=lacking /> })}
        {move || {
            failed
                .get()
                .filter(|_| found.get())
                .map(|e| view! { <Notice tone="warn">{format!("{e} What you see was read before.")}</Notice> })
        }}
        {move || match found.get() {
            true => view! { <Top id=id context=context phase=phase /> }.into_any(),
            false => view! { <Unread id=id context=context failed=failed /> }.into_any(),
        }}
        // It stays while the history comes in above and below: somebody may be in the middle of something.
        <act::Act context=context phase=phase />
        {move || found.get().then(|| view! { <Rest context=context phase=phase /> })}
        </div>
    }
}

/// Fetches the bounty's description as soon as it is known where that is, until it is there.
fn follow_metadata(id: u64, context: PageState) {
    let cid = Memo::new(move |_| {
        let told = context.history.with(|h| h.as_ref().map(|h| h.bounty.metadata_cid.clone()));
        let known = || context.known.with(|known| known.as_ref().map(|known| known.bounty.metadata_cid.clone()));
        told.or_else(known).filter(|cid| !cid.is_empty())
    });
    let told = move |read: Result<Vec<u8>, ContentError>| {
        let parsed = read.map_err(|e| e.to_string()).and_then(|b| Metadata::parse(&b).map_err(|e| e.to_string()));
        let parsed = Some(parsed.map(shown));
        if let Some(Ok(metadata)) = &parsed {
            titles::tell(Subject::new(bounty::FAMILY, id), &metadata.title);
        }
        // The same failure once more changes nothing.
        if context.metadata.with_untracked(|metadata| *metadata != parsed) {
            context.metadata.set(parsed);
        }
    };
    content::follow(cid, MAX_METADATA as u64, Callback::new(told));
}

/// A description as the page holds it: title and text without marks that turn the direction of writing. Names of columns and
/// classes stay, since files are read by them.
fn shown(metadata: Metadata) -> Metadata {
    let (title, description) = (dataset::plain(&metadata.title), dataset::plain(&metadata.description));
    Metadata { title, description, ..metadata }
}

/// What there is to see before the history was read.
#[component]
fn Unread(id: u64, context: PageState, failed: Memo<Option<ChainError>>) -> impl IntoView {
    move || match failed.get() {
        None => view! { <stored::Stored id=id known=context.known /> }.into_any(),
        Some(e) if matches!(e, ChainError::NotTold(_)) || context.known.with(Option::is_some) => view! {
            <stored::Stored id=id known=context.known />
            <Notice tone="warn">{e.to_string()}</Notice>
        }
        .into_any(),
        Some(e) => view! { <NotShown why=e.to_string() /> }.into_any(),
    }
}

/// The contract has more of the bounty than the events that came tell.
#[component]
fn Incomplete(lacking: String) -> impl IntoView {
    view! {
        <Notice tone="warn">
            {format!(
                "The chain node left out {lacking} of this bounty. What you can do comes from the contract itself; what is shown below is read again until it is complete.",
            )}
        </Notice>
    }
}

#[component]
fn ServerAway() -> impl IntoView {
    view! {
        <Notice tone="warn">
            "The ModelMarket server is away, so the lists are stale. This page reads the bounty from the chain and is current."
        </Notice>
    }
}

#[component]
fn NotShown(why: String) -> impl IntoView {
    view! {
        <Empty icon="search" title="This bounty cannot be shown" whole_page=true>
            <p>{why}</p>
            <a class="button" href=routes::BOUNTIES>"See all bounties"</a>
        </Empty>
    }
}

#[component]
fn Top(id: u64, context: PageState, phase: Memo<Option<Phase>>) -> impl IntoView {
    let posted = context.history.with_untracked(|h| h.as_ref().map(|h| (h.bounty.requester, h.bounty.terms.reward)));
    let (requester, reward) = posted.unzip();
    view! {
        <div class="stack tight">
            <p class="small">
                <a href=routes::BOUNTIES>"Bounties"</a>
                {format!(" / Bounty {id}")}
            </p>
            <div class="row">
                <h1 class="breakable">{move || context.title()}</h1>
                {move || phase.get().map(|phase| view! { <PhaseChip phase=phase /> })}
            </div>
            <p class="row tight small soft">
                "Posted by " {requester.map(|address| view! { <Account address=address /> })}
                {reward.map(|reward| format!("· Reward {reward} MDC"))}
            </p>
        </div>
        <track::Track context=context />
        <p id="story">
            {move || {
                let told = context.history.with(|h| h.as_ref().and_then(|h| names::ending_story(&h.bounty)));
                told.or_else(|| phase.get().map(|phase| names::phase_story(phase, context.active()).to_owned()))
            }}
        </p>
    }
}

#[component]
fn Rest(context: PageState, phase: Memo<Option<Phase>>) -> impl IntoView {
    let open = Memo::new(move |_| phase.get() == Some(Phase::Open));
    let training = RwSignal::new(false);
    // What is being trained, or was, is not lost at the deadline.
    let wallet = expect_context::<Wallet>();
    let requester = context.history.with_untracked(|h| h.as_ref().map(|h| h.bounty.requester));
    // The requester may not submit, so there is nothing to train for.
    let trainable = Memo::new(move |_| (open.get() && wallet.account.get() != requester) || training.get());
    let settled = Memo::new(move |_| phase.get() == Some(Phase::Settled));
    view! {
        <Show when=move || settled.get()>
            <winner::Winner context=context />
        </Show>
        <Show when=move || trainable.get()>
            <train::TrainPanel context=context wanted=training />
        </Show>
        <facts::Facts context=context />
        <recheck::Recheck context=context />
        <div class="columns">
            <div class="stack">
                <submissions::Submissions context=context />
                <data::Data context=context />
            </div>
            <timeline::History context=context />
        </div>
    }
}

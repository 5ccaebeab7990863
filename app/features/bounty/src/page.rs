//! `/bounties/{id}`: what was agreed, what happened, who must act, and a re-check of every score. Read from the chain.

mod act;
mod data;
mod facts;
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

use crate::{chips::PhaseChip, names};
use app_core::{
    chain::{ChainError, Clock, History, Reader},
    components::{account::Account, not_found::NotFoundPage},
    content, routes, server,
    settings::Settings,
    transactions::Transactions,
};
use app_ui::messages::{empty::Empty, notice::Notice};

/// What the parts of this page share.
#[derive(Clone, Copy)]
pub struct PageState {
    pub history: Signal<Option<History>>,
    /// `None` until fetched; an error is a sentence.
    pub metadata: RwSignal<Option<Result<Metadata, String>>>,
    /// What is to be submitted: files that were chosen, or what was trained in this page.
    pub selection: act::submit::Selection,
}

impl PageState {
    /// The bounty's title, or its number where the metadata cannot be had.
    pub fn title(self) -> String {
        let title = self.metadata.with(|m| match m {
            Some(Ok(metadata)) => Some(metadata.title.clone()),
            _ => None,
        });
        title.unwrap_or_else(|| {
            self.history.with(|h| h.as_ref().map_or("Bounty".into(), |h| format!("Bounty {}", h.bounty.id)))
        })
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
    let settings = expect_context::<Settings>();
    let transactions = expect_context::<Transactions>();
    let history = RwSignal::new(None::<History>);
    let error = RwSignal::new(None::<ChainError>);
    let server_away = RwSignal::new(false);
    let selection = act::submit::Selection::nothing();
    let context = PageState { history: history.into(), metadata: RwSignal::new(None), selection };

    Effect::new(move || {
        clock.head.track();
        transactions.mined.track();
        spawn_local(async move {
            match server::bounty(reader, id).await {
                Ok(read) => {
                    error.try_set(None);
                    if history.with_untracked(|h| h.as_ref() != Some(&read)) {
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

    let metadata_cid = Memo::new(move |_| history.with(|h| h.as_ref().map(|h| h.bounty.metadata_cid.clone())));
    Effect::new(move || {
        let Some(cid) = metadata_cid.get() else { return };
        spawn_local(async move {
            let read = content::fetch(settings, &cid, MAX_METADATA as u64).await;
            let parsed = read.map_err(|e| e.to_string()).and_then(|b| Metadata::parse(&b).map_err(|e| e.to_string()));
            context.metadata.try_set(Some(parsed));
        });
    });

    // The panels below hold what a person typed and what works for them; they are rebuilt only when what they depend on
    // changes, and a failed reading is not among it.
    let found = Memo::new(move |_| history.with(Option::is_some));
    let incomplete = Memo::new(move |_| reader.incomplete.with(|incomplete| incomplete.contains(&id)));
    let failed = Memo::new(move |_| error.get());
    let away = Memo::new(move |_| server_away.get());
    view! {
        <div class="page">
        {move || away.get().then(|| view! { <ServerAway /> })}
        {move || incomplete.get().then(|| view! { <Incomplete /> })}
        {move || {
            failed
                .get()
                .filter(|_| found.get())
                .map(|e| view! { <Notice tone="warn">{format!("{e} What you see was read before.")}</Notice> })
        }}
        {move || {
            if found.get() {
                return view! { <Found id=id context=context /> }.into_any();
            }
            match failed.get() {
                None => view! { <stored::Stored id=id /> }.into_any(),
                Some(e @ ChainError::NotTold(_)) => {
                    view! {
                        <stored::Stored id=id />
                        <Notice tone="warn">{e.to_string()}</Notice>
                    }
                        .into_any()
                }
                Some(e) => view! { <NotShown why=e.to_string() /> }.into_any(),
            }
        }}
        </div>
    }
}

/// The contract has more of the bounty than the events that came tell.
#[component]
fn Incomplete() -> impl IntoView {
    view! {
        <Notice tone="warn">
            "The chain node does not tell of all events of this bounty yet, so something may be missing below. It is asked again with every new block."
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
        <Empty icon="search" title="This bounty cannot be shown">
            <p>{why}</p>
            <a class="button" href=routes::BOUNTIES>"See all bounties"</a>
        </Empty>
    }
}

#[component]
fn Found(id: u64, context: PageState) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let phase = Memo::new(move |_| context.history.with(|h| h.as_ref().map(|h| h.bounty.phase(clock.now.get()))));
    let open = Memo::new(move |_| phase.get() == Some(Phase::Open));
    let training = RwSignal::new(false);
    // What is being trained, or was, is not lost at the deadline.
    let trainable = Memo::new(move |_| open.get() || training.get());
    let settled = Memo::new(move |_| phase.get() == Some(Phase::Settled));
    let requester = context.history.with_untracked(|h| h.as_ref().map(|h| h.bounty.requester));
    view! {
        <div class="page">
            <div class="stack tight">
                <p class="small">
                    <a href=routes::BOUNTIES>"Bounties"</a>
                    {format!(" / No. {id}")}
                </p>
                <div class="row">
                    <h1 class="breakable">{move || context.title()}</h1>
                    {move || phase.get().map(|phase| view! { <PhaseChip phase=phase /> })}
                </div>
                <p class="row tight small soft">
                    "Posted by " {requester.map(|address| view! { <Account address=address /> })}
                </p>
            </div>
            <track::Track context=context />
            <p id="story">{move || phase.get().map(names::phase_story)}</p>
            <act::Act context=context phase=phase />
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
                <timeline::Timeline context=context />
            </div>
        </div>
    }
}

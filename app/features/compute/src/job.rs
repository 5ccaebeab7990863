//! `/jobs/{n}`: where it stands, who may act until when, what was paid to whom, what happened. Read from the chain.

mod about;
mod dispute;
mod lines;
mod log;
mod next;
mod offers;
mod press;
mod result;
mod running;
mod unshown;
mod waits;

use app_core::routes;
use app_ui::messages::{
    empty::{Empty, GhostPage},
    notice::Problem,
};
use jobs::Job;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

pub use log::story;

use crate::{context::Known, names};

/// A job, for the parts of its page.
#[derive(Clone, Copy)]
pub struct Here {
    pub id: u64,
    pub known: Known,
}

impl Here {
    /// What `look` sees of the job, once it is read; only a change of that is told.
    pub fn look<T: PartialEq + Send + Sync + 'static>(
        self,
        look: impl Fn(&Job) -> T + Send + Sync + 'static,
    ) -> Memo<Option<T>> {
        Memo::new(move |_| self.known.computing.with(|known| known.as_ref()?.book.job(self.id).map(&look)))
    }
}

#[component]
pub fn JobPage() -> impl IntoView {
    let parameters = use_params_map();
    let id = Memo::new(move |_| parameters.with(|p| p.get("id")).and_then(|id| id.parse::<u64>().ok()));
    move || match id.get() {
        Some(id) => view! { <JobAt id=id /> }.into_any(),
        None => {
            view! { <Nothing title="This is no job" why="Jobs have numbers, from 1. Check the link." /> }.into_any()
        }
    }
}

#[component]
fn Nothing(title: &'static str, why: &'static str) -> impl IntoView {
    view! {
        <div class="panel">
            <Empty icon="warn" title=title whole_page=true>
                <p>{why}</p>
                <a class="button" id="all-jobs" href=routes::JOBS>"All jobs"</a>
            </Empty>
        </div>
    }
}

#[component]
fn JobAt(id: u64) -> impl IntoView {
    let here = Here { id, known: Known::follow() };
    let is_there = here.look(|_| ());
    let is_read = Memo::new(move |_| here.known.computing.with(Option::is_some));
    view! {
        <Problem error=here.known.error />
        {move || match (is_read.get(), is_there.get()) {
            (false, _) if here.known.error.with(Option::is_some) => ().into_any(),
            (false, _) => view! { <GhostPage /> }.into_any(),
            (true, None) => {
                view! { <Nothing title="There is no such job" why="No job on this chain has this number yet. Check the link, or the network." /> }
                    .into_any()
            }
            (true, Some(())) => view! { <Shown here=here /> }.into_any(),
        }}
    }
}

#[component]
fn Shown(here: Here) -> impl IntoView {
    let id = here.id;
    let kind = here.look(|job| job.terms.kind);
    let state = here.look(|job| job.state);
    view! {
        <div class="page">
            <div class="page-head">
                <div class="stack tight">
                    <p class="small">
                        <a id="back-to-jobs" href=routes::JOBS>"Jobs"</a>
                    </p>
                    <h1>{move || format!("Job {id}: {}", kind.get().map_or("", names::workload))}</h1>
                </div>
                {move || {
                    state
                        .get()
                        .map(|state| {
                            let (word, tone) = names::state(state);
                            view! {
                                <p class="row tight" id="job-state">
                                    <span class=format!("chip {tone}")>{word}</span>
                                </p>
                            }
                        })
                }}
            </div>
            <div class="columns">
                <div class="stack">
                    <next::Next here=here />
                    <offers::Offers here=here />
                    <running::Running here=here />
                    <result::ResultPanel here=here />
                    <lines::Lines here=here />
                    <dispute::DisputePanel here=here />
                    <about::About here=here />
                </div>
                <log::Log here=here />
            </div>
        </div>
    }
}

//! `/task/{n}`: who sits in it, who is waited for, what happened, what came out. Read from the chain.

mod about;
mod confirm;
mod late;
mod lineage;
mod log;
mod next;
mod press;
mod result;
mod running;
mod seats;

use app_core::routes;
use app_ui::messages::{
    empty::{Empty, GhostPage},
    notice::{Notice, Problem},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use mpc_run::Spec;
use tasks::Task;

use crate::{actions::confirm::spec, context::Known, names};
use app_core::action::Tools;

/// What a task computes, and the file that says so; or why that cannot be read.
type Said = Result<(Vec<u8>, Spec), String>;

/// A task, for the parts of its page.
#[derive(Clone, Copy)]
pub struct Here {
    pub id: u64,
    pub known: Known,
    /// What it computes, and its file; `None` until read.
    pub spec: RwSignal<Option<Said>>,
}

impl Here {
    /// What `look` sees of the task, once it is read; only a change of that is told.
    pub fn look<T: PartialEq + Send + Sync + 'static>(
        self,
        look: impl Fn(&Task) -> T + Send + Sync + 'static,
    ) -> Memo<Option<T>> {
        Memo::new(move |_| self.known.learning.with(|known| known.as_ref()?.book.task(self.id).map(&look)))
    }

    /// What `look` sees of what it computes, once that is read.
    pub fn with_spec<T>(self, look: impl FnOnce(&Spec) -> T) -> Option<T> {
        self.spec.with(|spec| spec.as_ref()?.as_ref().ok().map(|(_, spec)| look(spec)))
    }
}

#[component]
pub fn TaskPage() -> impl IntoView {
    let parameters = use_params_map();
    let id = Memo::new(move |_| parameters.with(|p| p.get("id")).and_then(|id| id.parse::<u64>().ok()));
    move || match id.get() {
        Some(id) => view! { <TaskAt id=id /> }.into_any(),
        None => {
            view! { <Nothing title="This is no task" why="Tasks have numbers, from 1. Check the link." /> }.into_any()
        }
    }
}

#[component]
fn Nothing(title: &'static str, why: &'static str) -> impl IntoView {
    view! {
        <div class="panel">
            <Empty icon="warn" title=title whole_page=true>
                <p>{why}</p>
                <a class="button" href=routes::LEARN>"All tasks"</a>
            </Empty>
        </div>
    }
}

#[component]
fn TaskAt(id: u64) -> impl IntoView {
    let here = Here { id, known: Known::follow(), spec: RwSignal::new(None) };
    let tools = Tools::from_context();
    let is_there = here.look(|_| ());
    let is_read = Memo::new(move |_| here.known.learning.with(Option::is_some));
    Effect::new(move || {
        if is_there.get().is_none() {
            return;
        }
        tools.settings.gateway.track();
        let Some(learning) = here.known.learning.get_untracked() else { return };
        leptos::task::spawn_local(async move {
            let read = spec(tools, &learning, id).await.map_err(|error| error.to_string());
            here.spec.try_set(Some(read));
        });
    });
    view! {
        <Problem error=here.known.error />
        {move || match (is_read.get(), is_there.get()) {
            (false, _) => view! { <GhostPage /> }.into_any(),
            (true, None) => {
                view! { <Nothing title="There is no such task" why="No task on this chain has this number yet. Check the link, or the network." /> }
                    .into_any()
            }
            (true, Some(())) => view! { <Shown here=here /> }.into_any(),
        }}
    }
}

#[component]
fn Shown(here: Here) -> impl IntoView {
    let id = here.id;
    let kind = here.look(|task| task.draft.kind);
    let state = here.look(|task| (task.state, task.attempt));
    let unreadable = move || here.spec.with(|spec| spec.as_ref().and_then(|spec| spec.as_ref().err().cloned()));
    view! {
        <div class="page">
            <div class="page-head">
                <div class="stack tight">
                    <p class="small">
                        <a href=routes::LEARN>"Learn"</a>
                    </p>
                    <h1>{move || format!("Task {id}: {}", kind.get().map_or("", names::kind))}</h1>
                </div>
                {move || {
                    state
                        .get()
                        .map(|(state, attempt)| {
                            let (word, tone) = names::state(state);
                            view! {
                                <p class="row tight" id="task-state">
                                    <span class=format!("chip {tone}")>{word}</span>
                                    {(attempt > 1).then(|| format!("try {attempt}"))}
                                </p>
                            }
                        })
                }}
            </div>
            {move || unreadable().map(|why| view! { <Notice tone="warn">{why}</Notice> })}
            <div class="columns">
                <div class="stack">
                    <next::Next here=here />
                    <result::Results here=here />
                    <seats::SeatsPanel here=here />
                    <lineage::LineagePanel here=here />
                    <about::About here=here />
                </div>
                <log::Log here=here />
            </div>
        </div>
    }
}

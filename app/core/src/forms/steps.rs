//! Steps of a form that stand in the page's address, so that back and forward in the browser go from one to the other.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use crate::focus;

/// A step: as the address and as people call it.
#[derive(Clone, Copy)]
pub struct Step {
    pub address: &'static str,
    pub name: &'static str,
}

/// The steps of a page; a context of it.
#[derive(Clone, Copy)]
pub struct Steps {
    all: &'static [Step],
    /// The one that is shown, from 0.
    pub at: Memo<usize>,
    /// Whether the address asked for one that cannot be shown yet, and nobody has gone to another since.
    pub was_too_far: RwSignal<bool>,
    go: Callback<usize>,
}

impl Steps {
    /// Of the page at `route`. `reachable` says which is the last that can be shown now.
    pub fn new(
        route: &'static str,
        all: &'static [Step],
        reachable: impl Fn() -> usize + Copy + Send + Sync + 'static,
    ) -> Self {
        let query = use_query_map();
        let navigate = use_navigate();
        let asked = Memo::new(move |_| {
            let name = query.with(|query| query.get("step"));
            name.and_then(|name| all.iter().position(|step| step.address == name)).unwrap_or(0)
        });
        let at = Memo::new(move |_| asked.get().min(reachable()));
        focus::content_follows(move || at.get());
        let address = move |step: usize| all.get(step).map(|step| format!("{route}?step={}", step.address));
        let was_too_far = RwSignal::new(false);
        let back = navigate.clone();
        // The address follows, or what is chosen now would lead past the steps between.
        Effect::new(move || {
            let at = at.get();
            if asked.get() > at
                && let Some(address) = address(at)
            {
                was_too_far.set(true);
                back(&address, NavigateOptions { replace: true, ..NavigateOptions::default() });
            }
        });
        let go = Callback::new(move |step: usize| {
            was_too_far.set(false);
            if let Some(address) = address(step) {
                navigate(&address, NavigateOptions::default());
            }
        });
        Self { all, at, was_too_far, go }
    }

    pub fn go(self, step: usize) {
        self.go.run(step);
    }

    pub fn back(self) {
        self.go(self.at.get_untracked().saturating_sub(1));
    }
}

/// The names of the steps, with the one that is shown.
#[component]
pub fn StepList(steps: Steps) -> impl IntoView {
    let item = move |(i, step): (usize, &'static Step)| {
        view! {
            <li
                class:now=move || steps.at.get() == i
                class:done=move || { steps.at.get() > i }
                aria-current=move || (steps.at.get() == i).then_some("step")
            >
                <span>{step.name}</span>
            </li>
        }
    };
    view! {
        <ol class="steps" aria-label="Steps">
            {steps.all.iter().enumerate().map(item).collect_view()}
        </ol>
    }
}

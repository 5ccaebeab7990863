use std::pin::Pin;

use leptos::{prelude::*, task::spawn_local};

use super::notice::{Notice, Problem};
use crate::icon::Icon;

/// An action, until it has ended.
pub type Action = Pin<Box<dyn Future<Output = Result<(), String>>>>;

/// What the page puts around every action that a button starts, such as holding it to one account; a context.
#[derive(Clone, Copy)]
pub struct Around(pub Callback<Action, Action>);

/// An action under way: what happens now, and why it ended if it failed.
#[derive(Clone, Copy)]
pub struct Run {
    pub busy: RwSignal<bool>,
    step: RwSignal<Option<&'static str>>,
    note: RwSignal<Option<&'static str>>,
    pub error: RwSignal<Option<String>>,
    around: Option<Around>,
}

impl Run {
    pub fn new() -> Self {
        Self {
            busy: RwSignal::new(false),
            step: RwSignal::new(None),
            note: RwSignal::new(None),
            error: RwSignal::new(None),
            around: use_context(),
        }
    }

    /// Runs one action at a time. Pages may go away meanwhile; the action goes on.
    pub fn start<E: std::fmt::Display>(self, action: impl Future<Output = Result<(), E>> + 'static) {
        self.carry_out(Box::pin(async move { action.await.map_err(|e| e.to_string()) }));
    }

    /// One function for the actions of all pages: each copy of it would be 4 kB of the page's program.
    fn carry_out(self, action: Action) {
        // Now, not when it first runs: the person pressed as who they are now.
        let action = match self.around {
            Some(Around(around)) => around.run(action),
            None => action,
        };
        self.busy.set(true);
        self.error.set(None);
        self.step.set(None);
        self.note.set(None);
        spawn_local(async move {
            let ended = action.await;
            self.busy.try_set(false);
            self.step.try_set(None);
            if let Err(error) = ended {
                self.error.try_set(Some(error));
            }
        });
    }

    /// Says no more why it failed once this has changed: what was wrong may be right now. It is read, since an effect follows
    /// nothing that was only tracked and never read.
    pub fn forgets_failure_with<T: Send + Sync + 'static>(self, changing: Memo<T>) {
        Effect::new(move || changing.with(|_| self.error.set(None)));
    }

    /// What is left to say of an action that ended without failing and without a result.
    pub fn ends_with(self, text: &'static str) {
        self.note.try_set(Some(text));
    }

    /// Whether the part of the page that started it is still there: whoever has gone elsewhere meanwhile stays there.
    pub fn is_watched(self) -> bool {
        self.busy.try_get_untracked().is_some()
    }

    /// Says what happens now.
    pub fn says(self) -> impl Fn(&'static str) + Copy {
        move |text| {
            self.step.try_set(Some(text));
        }
    }
}

impl Default for Run {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows the step and the failure of a [`Run`].
#[component]
pub fn RunState(run: Run) -> impl IntoView {
    view! {
        <Problem error=run.error />
        {move || run.note.get().map(|text| view! { <Notice>{text}</Notice> })}
        {move || {
            run.step
                .get()
                .map(|text| {
                    view! {
                        <p class="row tight" role="status">
                            <Icon name="spinner" spin=true />
                            {text} "…"
                        </p>
                    }
                })
        }}
    }
}

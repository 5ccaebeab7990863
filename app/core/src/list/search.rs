//! Fields that narrow a list while a person types in them.

use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};

use super::ListQuery;

/// Milliseconds without a letter after which a list is asked for.
const PAUSE: u32 = 250;

/// Where people search a list; the words in it say for what. The list follows as they type, and the focus stays.
#[component]
pub fn Search(
    list_query: ListQuery,
    /// What the address says.
    text: Memo<String>,
    label: &'static str,
    /// What stands in it while it is empty.
    what: &'static str,
    /// The part of the address that it is.
    #[prop(default = "search")]
    part: &'static str,
    /// Stands once on a page.
    id: &'static str,
    #[prop(default = "360px")] width: &'static str,
    /// Why what stands in it cannot be asked for, said below it.
    #[prop(optional, into)]
    problem: Option<Signal<Option<String>>>,
) -> impl IntoView {
    let typed = RwSignal::new(text.get_untracked());
    let asked = StoredValue::new(text.get_untracked());
    // The way back and links change the address too; what is being typed is not overwritten by its own beginning.
    Effect::new(move || {
        let text = text.get();
        if asked.with_value(|asked| *asked != text) {
            asked.set_value(text.clone());
            typed.set(text);
        }
    });
    let ask = move || {
        let Some(now) = typed.try_get_untracked() else { return };
        if asked.with_value(|asked| *asked != now) {
            asked.set_value(now.clone());
            list_query.go_typing(part, now);
        }
    };
    let type_in = move |event| {
        let now = event_target_value(&event);
        typed.set(now.clone());
        spawn_local(async move {
            TimeoutFuture::new(PAUSE).await;
            if typed.try_with_untracked(|typed| *typed == now) == Some(true) {
                ask();
            }
        });
    };
    let described = problem.map(|_| format!("{id}-problem"));
    let input = view! {
        <input
            id=id
            type="search"
            aria-label=label
            aria-describedby=described.clone()
            aria-invalid=move || problem.map(|problem| problem.with(Option::is_some).to_string())
            placeholder=what
            style:max-width=width
            prop:value=move || typed.get()
            on:input=type_in
            on:change=move |_| ask()
        />
    };
    match problem {
        None => input.into_any(),
        Some(problem) => view! {
            <div class="field" style:width="100%" style:max-width=width>
                {input}
                {move || {
                    let id = described.clone();
                    problem.get().map(|text| view! { <span class="problem" id=id role="status">{text}</span> })
                }}
            </div>
        }
        .into_any(),
    }
}

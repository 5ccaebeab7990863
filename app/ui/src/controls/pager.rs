use leptos::prelude::*;

use crate::format;

/// Which rows of a long list are shown, and the way to the others. Nothing where one page holds them all.
#[component]
pub fn Pager(
    /// Rows on all pages.
    total: RwSignal<u64>,
    /// First row shown, from 0.
    #[prop(into)]
    offset: Signal<u64>,
    /// Rows on one page.
    page: u64,
    /// Gets the first row to show next.
    on_turn: Callback<u64>,
) -> impl IntoView {
    view! {
        <Show when=move || { total.get() > page }>
            <div class="row end">
                <span class="small soft">
                    {move || format!("{}–{} of {}", offset.get() + 1, (offset.get() + page).min(total.get()), format::count(total.get()))}
                </span>
                <button
                    class="button small"
                    type="button"
                    disabled=move || offset.get() == 0
                    on:click=move |_| on_turn.run(offset.get_untracked().saturating_sub(page))
                >
                    "Previous"
                </button>
                <button
                    class="button small"
                    type="button"
                    disabled=move || { offset.get() + page >= total.get() }
                    on:click=move |_| on_turn.run(offset.get_untracked() + page)
                >
                    "Next"
                </button>
            </div>
        </Show>
    }
}

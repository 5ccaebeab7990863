use leptos::prelude::*;

use app_core::workers::models::Models;
use app_ui::icon::Icon;

/// What happens before a model is open, and a way to end it.
#[component]
pub fn Wait(what: &'static str, models: StoredValue<Models, LocalStorage>) -> impl IntoView {
    view! {
        <div class="row tight">
            <span class="row tight" role="status">
                <Icon name="spinner" spin=true />
                {what}
                "…"
            </span>
            <button class="button small" type="button" id="stop-opening" on:click=move |_| models.with_value(Models::stop)>
                "Stop"
            </button>
        </div>
    }
}

//! The head of the pages about compute jobs.

use app_core::routes;
use leptos::prelude::*;

/// Title, what the page is for, and the three parts.
#[component]
pub fn Head(here: &'static str, text: &'static str) -> impl IntoView {
    let tab = move |id: &'static str, name: &'static str, href: &'static str| {
        view! {
            <a id=id href=href aria-current=(here == href).then_some("page")>
                {name}
            </a>
        }
    };
    view! {
        <div class="page-head">
            <div>
                <h1>"Compute"</h1>
                <p class="soft">{text}</p>
            </div>
            <a id="new-job" class="button primary" href=routes::NEW_JOB>"Post a job"</a>
        </div>
        <nav class="tabs" aria-label="Parts of Compute">
            {tab("tab-jobs", "Jobs", routes::JOBS)} {tab("tab-lend", "Lend", routes::LEND)}
            {tab("tab-network", "Network", routes::NETWORK)}
        </nav>
    }
}

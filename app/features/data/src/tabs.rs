//! The head of the pages about data.

use app_core::routes;
use leptos::prelude::*;

/// Title and the three lists.
#[component]
pub fn Head(here: &'static str) -> impl IntoView {
    let tab = move |name: &'static str, href: &'static str| {
        view! {
            <a href=href aria-current=(here == href).then_some("page")>
                {name}
            </a>
        }
    };
    view! {
        <div class="page-head">
            <div>
                <h1>"Data"</h1>
                <p class="soft">
                    "Data sets that stay with their owners. Owners say what they have; others apply to learn with it; the rows stay on the owner’s machine."
                </p>
            </div>
            <a class="button primary" id="publish-data" href=routes::NEW_DATA>"Publish a data set"</a>
        </div>
        <nav class="tabs" aria-label="Parts of Data">
            {tab("Market", routes::DATA)}
            {tab("Mine", routes::MY_DATA)}
            {tab("Requests", routes::REQUESTS)}
        </nav>
    }
}

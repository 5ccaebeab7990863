use leptos::prelude::*;

use crate::routes;

/// The two lists of models.
#[component]
pub fn ModelTabs(trained: bool) -> impl IntoView {
    let tab = |name: &'static str, href: &'static str, here: bool| {
        view! {
            <a href=href aria-current=here.then_some("page")>
                {name}
            </a>
        }
    };
    view! {
        <nav class="tabs" aria-label="Kinds of models">
            {tab("Taught on chain", routes::MODELS, !trained)}
            {tab("Trained", routes::TRAINED, trained)}
        </nav>
    }
}

//! What a person reads where the server told of something that the chain does not have.

use leptos::prelude::*;

use crate::chain::Reader;
use app_ui::messages::notice::Notice;

/// Nothing, as long as the server's events were those of the chain.
#[component]
pub fn ServerDiffers() -> impl IntoView {
    let reader = expect_context::<Reader>();
    move || {
        reader.server_differs().then(|| {
            view! {
                <Notice tone="warn">
                    "The events that the ModelMarket server told were not those of the chain. None of them are used: this page reads all of them from the chain node."
                </Notice>
            }
        })
    }
}

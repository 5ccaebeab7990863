use leptos::prelude::*;
use super::Shown;
#[component]
pub fn OfferForm(shown: Shown) -> impl IntoView {
    let _ = shown;
}

use leptos::prelude::*;

use crate::routes;
use app_ui::messages::empty::Empty;

/// An address that leads nowhere.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <Empty icon="search" title="There is no such page" whole_page=true>
            <p>"The address may be mistyped, or the link is old."</p>
            <a class="button" href=routes::BOUNTIES>"See all bounties"</a>
        </Empty>
    }
}

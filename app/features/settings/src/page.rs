//! `/settings`: node, gateway, theme, vault.

mod looks;
mod safety;
mod sources;
mod vault;

use leptos::prelude::*;

use looks::Looks;
use safety::Safety;
use sources::Sources;
use vault::VaultPanel;

#[component]
pub fn SettingsPage() -> impl IntoView {
    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <h1>"Settings"</h1>
                    <p class="soft">"Kept in this browser only."</p>
                </div>
            </div>
            <Looks />
            <Sources />
            <Safety />
            <VaultPanel />
        </div>
    }
}

//! `/settings`: node, gateway, theme, vault.

mod appearance;
mod safety;
mod sources;
mod vault;

use leptos::prelude::*;

use appearance::Appearance;
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
            <Appearance />
            <Sources />
            <Safety />
            <VaultPanel />
        </div>
    }
}

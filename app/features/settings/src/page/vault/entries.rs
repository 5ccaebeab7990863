use leptos::{prelude::*, task::spawn_local};

use app_core::{
    feature::Features,
    vault::{Entry, Vault},
};
use app_ui::format;

/// The files that the vault keeps.
#[component]
pub fn Entries(list: Vec<Entry>, on_change: Callback<()>) -> impl IntoView {
    view! {
        <div class="table-wrap">
            <table class="cards">
                <thead>
                    <tr>
                        <th>"What"</th>
                        <th class="number">"Size"</th>
                        <th>"Kept since"</th>
                        <th></th>
                    </tr>
                </thead>
                <tbody>
                    {list.into_iter().map(|entry| view! { <Row entry=entry on_change=on_change /> }).collect_view()}
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(entry: Entry, on_change: Callback<()>) -> impl IntoView {
    let features = expect_context::<Features>();
    let superhash = entry.superhash;
    let question = format!("Forget this file? {}", features.brings_back(&entry));
    let forget = move |_| {
        let sure = window().confirm_with_message(&question);
        if sure == Ok(true) {
            spawn_local(async move {
                if let Ok(vault) = Vault::open().await {
                    // A file that stays is shown again by the reload.
                    let _ = vault.forget(&superhash).await;
                }
                on_change.run(());
            });
        }
    };
    view! {
        <tr>
            <td class="lead breakable">{features.title(&entry)}</td>
            <td class="number nowrap" data-label="Size">{format::bytes(entry.bytes)}</td>
            <td class="nowrap" data-label="Kept since">{format::exact_time(entry.saved_at / 1000)}</td>
            <td class="number">
                <button class="button quiet small" type="button" on:click=forget>"Forget"</button>
            </td>
        </tr>
    }
}

//! Which contracts the page works with: those that its server names, unless they are others than on the last visit.

use app_core::{
    server::{self, ServerError},
    storage,
};
use leptos::prelude::*;
use protocol::api::Deployment;

/// The last deployment used, so that the page starts even where the server does not answer.
const KEPT: &str = "deployment";

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// What to work with, and the server's time where it told, seconds since the epoch.
    Known(Deployment, Option<u64>),
    /// The server names other contracts than were used here before. Whoever serves the page could so take money for
    /// contracts of their own, so a person decides.
    Changed { before: Deployment, now: Deployment },
    /// The server does not answer, and nothing is known from before.
    Nothing(ServerError),
}

/// Asks the server, and remembers what it says where that is nothing new.
pub async fn find() -> Found {
    let before = storage::read(KEPT).and_then(|text| serde_json::from_str::<Deployment>(&text).ok());
    match (server::deployment().await, before) {
        (Ok((now, _)), Some(before)) if !before.changes_to(&now).is_empty() => Found::Changed { before, now },
        (Ok((now, at)), _) => {
            keep(&now);
            Found::Known(now, at)
        }
        (Err(_), Some(before)) => Found::Known(before, None),
        (Err(error), None) => Found::Nothing(error),
    }
}

fn keep(deployment: &Deployment) {
    if let Ok(text) = serde_json::to_string(deployment) {
        storage::write(KEPT, &text);
    }
}

/// Tells what changed, and lets the person choose.
#[component]
pub fn ChangedContracts(before: Deployment, now: Deployment, choose: Callback<Deployment>) -> impl IntoView {
    let (old, new) = (StoredValue::new(before), StoredValue::new(now));
    let (known, named) = (old.get_value(), new.get_value());
    let (here, there) = (&known.chain_name, &named.chain_name);
    let mut lines = Vec::new();
    if known.chain_id != named.chain_id {
        lines.push(format!("The network is another one, too: {here} before, {there} now."));
    }
    lines.extend(known.changes_to(&named).into_iter().map(|(name, here, there)| {
        let there = there.map_or_else(|| "none".to_owned(), |address| address.to_string());
        format!("{name}: {here} before, {there} now.")
    }));
    // Plain lines: this page is in the first file, which every visitor waits for.
    let lines = lines.into_iter().map(|line| view! { <li class="breakable">{line}</li> }).collect_view();
    view! {
        <main class="content">
            <div class="page">
                <h1>"This server names other contracts than on your last visit"</h1>
                <p>
                    "Your bounties, stakes and deposits are in the contracts you know. Money that you send to the new ones is theirs to keep. Go on with the new ones only if you know why they changed, such as a development chain that was started anew."
                </p>
                <ul>{lines}</ul>
                <div class="row">
                    <button class="button primary" type="button" id="keep-contracts" on:click=move |_| choose.run(old.get_value())>
                        "Stay with those I know"
                    </button>
                    <button
                        class="button"
                        type="button"
                        id="new-contracts"
                        on:click=move |_| {
                            new.with_value(keep);
                            choose.run(new.get_value());
                        }
                    >
                        "Go on with the new ones"
                    </button>
                </div>
            </div>
        </main>
    }
}

//! Where a requester is a contract, which somebody who is about to lock a stake must know.

use app_core::chain::Reader;
use app_ui::messages::notice::Notice;
use leptos::{prelude::*, task::spawn_local};
use protocol::Address;

/// Says so where code stands at the requester's address, or where the node does not tell: a contract can reveal the ground
/// truth in a form that only the trace of its transaction shows, so that nobody can count (SECURITY.md, Known limits).
#[component]
pub fn ContractRequester(requester: Address) -> impl IntoView {
    let reader = expect_context::<Reader>();
    let known = RwSignal::new(None);
    spawn_local(async move {
        let told = reader.has_code(requester).await.map_err(|error| error.to_string());
        known.try_set(Some(told));
    });
    move || {
        match known.get() {
        None | Some(Ok(false)) => ().into_any(),
        Some(Ok(true)) => view! {
            <Notice tone="warn">
                "The requester’s address is a contract. A contract can reveal the correct labels so that hardly anybody can read them; who cannot count can then lose the stake. Submit only if you trust whoever wrote this contract."
            </Notice>
        }
        .into_any(),
        Some(Err(error)) => view! {
            <Notice tone="warn">
                {format!("Whether the requester is a contract, which can hide the correct labels, could not be read. {error}")}
            </Notice>
        }
        .into_any(),
    }
    }
}

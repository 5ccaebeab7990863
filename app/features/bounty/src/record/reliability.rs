//! How reliably a requester revealed so far, where somebody is about to trust in it.

use app_core::{
    chain::{Clock, Reader},
    live::{Live, Watched},
    routes, server,
};
use bounty::{FAMILY, Reliability};
use leptos::{prelude::*, task::spawn_local};
use protocol::Address;

use crate::names;

/// Says it as the server does, until it has been counted from the chain: a stake may depend on it.
#[component]
pub fn RequesterReliability(requester: Address) -> impl IntoView {
    let (live, reader, clock) = (expect_context::<Live>(), expect_context::<Reader>(), expect_context::<Clock>());
    let known = RwSignal::new(None::<Reliability>);
    let is_counted = StoredValue::new(false);
    Effect::new(move || {
        live.track([Watched::Family(FAMILY)]);
        spawn_local(async move {
            if is_counted.try_get_value() == Some(false)
                && let Ok(told) = server::bounties_of(requester).await
                && is_counted.try_get_value() == Some(false)
            {
                known.try_set(Some(told.record.requester));
            }
            if let Ok(counted) = reader.record(requester, clock.now.get_untracked()).await {
                is_counted.try_set_value(true);
                known.try_set(Some(counted.requester));
            }
        });
    });
    move || {
        let reliability = known.get()?;
        Some(view! {
            <p id="requester-reliability" class=names::reliability(&reliability)>
                "The requester: " <a href=routes::account(requester)>{reliability.words()}</a> "."
                {(reliability.due() == 0).then_some(
                    " Nobody knows yet whether this requester reveals. If not, your stake comes back and half of the reward is shared.",
                )}
            </p>
        })
    }
}

//! How reliably a requester revealed so far, where somebody is about to trust in it.

use app_core::{
    answers::Answers,
    chain::{Clock, Reader},
    live::{Live, Watched},
    routes, server,
};
use bounty::{FAMILY, Reliability};
use leptos::{prelude::*, task::spawn_local};
use protocol::Address;

use crate::names;

/// Says it as the server does, until it has been counted from the chain: a stake may depend on it. A line stands there
/// always, so that nobody takes silence for a good sign.
#[component]
pub fn RequesterReliability(requester: Address) -> impl IntoView {
    let known = follow(requester);
    let requesters = move || view! { <a href=routes::account(requester)>"The requester’s"</a> };
    move || {
        match known.get() {
        None => view! {
            <p id="requester-reliability" class="small soft" role="status">
                {requesters()}
                " earlier bounties are being read."
            </p>
        }
        .into_any(),
        Some(Err(error)) => view! {
            <p id="requester-reliability" class="small missed" role="status">
                {requesters()}
                {format!(" earlier bounties could not be read, so nobody knows whether this requester reveals. {error}")}
            </p>
        }
        .into_any(),
        Some(Ok(reliability)) => view! { <Words requester=requester reliability=reliability /> }.into_any(),
    }
    }
}

#[component]
fn Words(requester: Address, reliability: Reliability) -> impl IntoView {
    view! {
        <p id="requester-reliability" class=names::reliability(&reliability)>
            "The requester: " <a href=routes::account(requester)>{reliability.words()}</a> "."
            {(reliability.due() == 0).then_some(
                " Nobody knows yet whether this requester reveals. If not, your stake comes back and half of the reward is shared.",
            )}
        </p>
    }
}

/// Seconds after which it is counted again whatever the server says.
const COUNTED_EVERY: u64 = 600;

/// What is known of a requester, kept up to date; an error is a sentence. It is counted from the chain when the page is
/// opened, again when the server says something new, or cannot be asked and there is a new block, and after ten minutes: to
/// count takes several questions to the node.
fn follow(requester: Address) -> Memo<Option<Result<Reliability, String>>> {
    let (live, reader, clock) = (expect_context::<Live>(), expect_context::<Reader>(), expect_context::<Clock>());
    let known = RwSignal::new(None::<Result<Reliability, String>>);
    let answers = Answers::new();
    // What the last count was made for, and when.
    let then = StoredValue::new(None::<(Basis, u64)>);
    Effect::new(move || {
        live.track([Watched::Family(FAMILY)]);
        live.track_time();
        let question = answers.ask();
        spawn_local(async move {
            let basis = match server::bounties_of(requester).await {
                Ok(told) => Basis::Said(told.record.requester),
                Err(_) => Basis::Head(clock.head.get_untracked()),
            };
            let now = clock.now.get_untracked();
            let Some(counted) = then.try_get_value() else { return };
            if counted.is_some_and(|(before, at)| before == basis && now < at + COUNTED_EVERY) {
                return;
            }
            let is_counted = counted.is_some();
            if let Basis::Said(said) = basis
                && !is_counted
                && answers.takes(question)
            {
                known.try_set(Some(Ok(said)));
            }
            let counted = reader.record(requester).await;
            let is_known = known.try_with_untracked(|known| matches!(known, Some(Ok(_)))) == Some(true);
            match counted {
                Ok(counted) if answers.takes(question) => {
                    then.try_set_value(Some((basis, now)));
                    known.try_set(Some(Ok(counted.requester)));
                }
                // What was read before stays.
                Err(error) if !is_known && answers.takes(question) => {
                    known.try_set(Some(Err(error.to_string())));
                }
                _ => {}
            }
        });
    });
    // The line is built again only when it says something else.
    Memo::new(move |_| known.get())
}

/// What a count was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Basis {
    /// The server said this.
    Said(Reliability),
    /// The server was away, and this was the newest block.
    Head(u64),
}

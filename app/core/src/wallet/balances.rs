//! What the connected account holds.

use leptos::{prelude::*, task::spawn_local};
use protocol::Address;

use super::Wallet;
use crate::chain::{Balances, Reader};

/// Balances of the connected account, read anew whenever what `again` tracks changes; `None` while they are not known. Why they
/// could not be read goes to `problem`.
pub fn balances(again: impl Fn() + 'static, problem: RwSignal<Option<String>>) -> RwSignal<Option<Balances>> {
    let (wallet, reader) = (expect_context::<Wallet>(), expect_context::<Reader>());
    let balances = RwSignal::new(None::<Balances>);
    Effect::new(move |before: Option<Option<Address>>| {
        again();
        let chosen = wallet.account.get();
        // What is known is of the account before.
        if before != Some(chosen) {
            balances.set(None);
            problem.set(None);
        }
        let Some(account) = chosen else { return chosen };
        spawn_local(async move {
            let read = reader.balances(account).await;
            // Another account may have been chosen meanwhile.
            if wallet.account.try_get_untracked().flatten() != Some(account) {
                return;
            }
            match read {
                Ok(read) => drop(balances.try_set(Some(read))),
                Err(error) => drop(problem.try_set(Some(error.to_string()))),
            }
        });
        chosen
    });
    balances
}

//! One account for each action. An action has many steps, and between two of them the person may choose another account in
//! the wallet: what the first account began must not be signed or paid by the second.

use std::{cell::Cell, future::Future, pin::Pin, task::Poll};

use leptos::prelude::*;
use protocol::Address;

use super::{Wallet, WalletError};

thread_local! {
    /// The account of the action whose step runs now; the inner `None` where no wallet was connected when it began.
    static ACTING: Cell<Option<Option<Address>>> = const { Cell::new(None) };
}

impl Wallet {
    /// Holds an action to the account that is active now, until it ends.
    pub fn holding<T>(self, mut action: Pin<Box<dyn Future<Output = T>>>) -> impl Future<Output = T> {
        let account = self.account.get_untracked();
        std::future::poll_fn(move |context| -> Poll<T> {
            // Set for as long as this action runs, which nothing interrupts, so that steps of others never see it.
            let outside = ACTING.replace(Some(account));
            let polled = action.as_mut().poll(context);
            ACTING.set(outside);
            polled
        })
    }

    /// The account of the action that runs; outside of any, the active one.
    ///
    /// # Errors
    /// [`WalletError::NotConnected`]; [`WalletError::AccountSwitched`] where another account became active meanwhile.
    pub fn actor(self) -> Result<Address, WalletError> {
        let active = self.account.get_untracked();
        match ACTING.get() {
            Some(held) if held != active => {
                Err(if held.is_none() { WalletError::NotConnected } else { WalletError::AccountSwitched })
            }
            _ => active.ok_or(WalletError::NotConnected),
        }
    }
}

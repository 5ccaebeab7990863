//! Amounts that are typed.

use app_ui::format;
use leptos::prelude::*;
use protocol::Amount;

/// Why an amount cannot be read.
pub fn problem(text: RwSignal<String>) -> Signal<Option<String>> {
    Signal::derive(move || format::read_mdc(&text.get()).err().map(|error| error.to_string()))
}

/// An amount in a form that is read again.
pub fn plain(amount: Amount) -> String {
    amount.to_string().replace(',', "")
}

//! What people do about organisations, data sets and grants: one function per button. Each asks the rules first, so that a
//! refusal is a sentence before any wallet opens.

pub mod grant;
pub mod organisation;
pub mod publish;

use app_core::{
    action::{ActionError, Tools},
    chain::{Learning, Receipt},
    server,
    transactions::About,
};
use directory::Move;
use leptos::prelude::GetUntracked;
use protocol::{Digest, cid::Cid};

/// Sends a call if the rules allow it.
///
/// # Errors
/// [`ActionError`]: the sentence with which the contract would refuse it, or why it was not sent.
async fn send(
    tools: Tools,
    learning: &Learning,
    what: &Move,
    contract: &'static str,
    data: Vec<u8>,
    (title, about): (String, Option<About>),
) -> Result<Receipt, ActionError> {
    asked(tools, learning, what)?;
    let contract = tools.deployment().demand(contract)?;
    Ok(tools.transactions.send(title, contract, data, about).await?)
}

/// Whether the contract would take a call now.
///
/// # Errors
/// [`ActionError`]: the sentence with which it would refuse.
pub fn asked(tools: Tools, learning: &Learning, what: &Move) -> Result<(), ActionError> {
    learning.decide_data(tools.account()?, tools.clock.now.get_untracked(), what)?;
    Ok(())
}

/// Stores a file of one block where everybody can read it.
async fn store(tools: Tools, bytes: &[u8], digest: Digest) -> Result<(), ActionError> {
    let body = js_sys::Uint8Array::from(bytes).into();
    server::store(tools.wallet, tools.account()?, &Cid::raw(digest).to_string(), body).await?;
    Ok(())
}

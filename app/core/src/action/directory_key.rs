//! The key of an organisation in the directory, to which results are sealed.

use super::{
    ActionError, Tools,
    signed_key::{self, SignedKey},
};
use crate::vault::Kind;

/// The kind of the kept file.
pub const DIRECTORY_KEY: Kind = Kind::new("directory key");

/// The key of the connected account in this version, from 1.
///
/// # Errors
/// [`ActionError`] when the wallet refuses, or nothing can be kept.
pub async fn key(tools: Tools, version: u32) -> Result<SignedKey, ActionError> {
    let account = tools.account()?;
    let contract = tools.deployment().demand(directory::DIRECTORY)?;
    signed_key::key(tools, &DIRECTORY_KEY, version, &directory::key_request(contract, account, version)).await
}

//! The key under which an account talks to those who run its jobs, and to which their results are sealed.

use app_core::{
    action::{
        ActionError, Tools,
        signed_key::{self, SignedKey},
    },
    vault::Kind,
};
use jobs::{JOBS, typed_data};

/// The kind of the kept file.
pub const CLIENT_KEY: Kind = Kind::new("client key");

/// The key of the connected account: all its jobs have the same.
///
/// # Errors
/// [`ActionError`] when the wallet refuses, or nothing can be kept.
pub async fn key(tools: Tools) -> Result<SignedKey, ActionError> {
    let account = tools.account()?;
    let contract = tools.deployment().demand(JOBS)?;
    signed_key::key(tools, &CLIENT_KEY, 1, &typed_data::key_request(contract, account)).await
}

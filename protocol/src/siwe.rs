//! The sign-in message of EIP-4361, as the page writes it and the server expects it.

use crate::address::Address;

/// What the message says above its fields.
pub const STATEMENT: &str = "Sign in to ModelMarket to store files. This moves no money.";

/// The fields of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// Host and port of the page, e.g. `127.0.0.1:8080`.
    pub domain: String,
    /// Origin of the page, e.g. `http://127.0.0.1:8080`.
    pub uri: String,
    /// Who signs in.
    pub address: Address,
    /// Number of the chain (EIP-155).
    pub chain_id: u64,
    /// From `GET /api/session/nonce`.
    pub nonce: String,
    /// RFC 3339, as the server gave it with the nonce.
    pub issued_at: String,
}

impl SignIn {
    /// The text for `personal_sign`.
    pub fn message(&self) -> String {
        let Self { domain, uri, address, chain_id, nonce, issued_at } = self;
        format!(
            "{domain} wants you to sign in with your Ethereum account:\n{address}\n\n{STATEMENT}\n\n\
             URI: {uri}\nVersion: 1\nChain ID: {chain_id}\nNonce: {nonce}\nIssued At: {issued_at}"
        )
    }
}

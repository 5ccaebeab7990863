//! Which message a wallet signs for the secret of a commitment to a bounty.

use protocol::{
    Address,
    cid::Cid,
    typed_data::{ContextValue, SecretRequest, SecretVersion},
};

/// Whose secret is derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Commits to the ground truth of a data set; the bounty has no number yet.
    Requester,
    /// Commits to predictions for this bounty.
    Trainer { bounty: u64 },
}

/// The request whose signature yields the secret of a commitment to the market at `market`.
///
/// `committed` is the CID of the source file for a requester, and of the plain predictions for a trainer, so that
/// wallet and file together reproduce the secret. The message stays as it is, to the byte: commitments of bounties that
/// are posted are opened with it.
pub fn secret_request(market: Address, role: Role, committed: &Cid) -> SecretRequest {
    let (role, bounty) = match role {
        Role::Requester => ("requester", 0),
        Role::Trainer { bounty } => ("trainer", bounty),
    };
    SecretRequest {
        version: SecretVersion::V1,
        contract: market,
        purpose: "Derive the secret salt of my commitment. Sign this only on ModelMarket; it moves no money.".to_owned(),
        context: vec![("role", ContextValue::Text(role.to_owned())), ("bounty", ContextValue::Number(bounty))],
        committed: *committed,
    }
}

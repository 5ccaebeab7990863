//! What a wallet is asked to sign (EIP-712), as JSON for `eth_signTypedData_v4`.

mod secret;

use serde_json::{Value, json};

use crate::{address::Address, amount::Amount};
pub use secret::{ContextValue, SecretRequest};

/// An EIP-2612 permit for ModelCoin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permit {
    /// Whose coins, and who signs.
    pub owner: Address,
    /// The contract that takes them.
    pub spender: Address,
    /// How much it may take, exactly.
    pub value: Amount,
    /// `nonces(owner)` of the token.
    pub nonce: u64,
    /// Seconds since the epoch.
    pub deadline: u64,
}

/// The message that lets `spender` take exactly `value` from `owner`.
pub fn permit_request(chain_id: u64, coin: Address, permit: &Permit) -> Value {
    json!({
        "types": {
            "EIP712Domain": domain_type(),
            "Permit": [
                {"name": "owner", "type": "address"},
                {"name": "spender", "type": "address"},
                {"name": "value", "type": "uint256"},
                {"name": "nonce", "type": "uint256"},
                {"name": "deadline", "type": "uint256"},
            ],
        },
        "primaryType": "Permit",
        "domain": {"name": "ModelCoin", "version": "1", "chainId": chain_id, "verifyingContract": coin},
        "message": {
            "owner": permit.owner,
            "spender": permit.spender,
            "value": permit.value.0.to_string(),
            "nonce": permit.nonce.to_string(),
            "deadline": permit.deadline.to_string(),
        },
    })
}

fn domain_type() -> Value {
    json!([
        {"name": "name", "type": "string"},
        {"name": "version", "type": "string"},
        {"name": "chainId", "type": "uint256"},
        {"name": "verifyingContract", "type": "address"},
    ])
}

//! The message from whose signature a secret is derived.

use serde_json::{Map, Value, json};

use super::domain_type;
use crate::{address::Address, cid::Cid};

/// How the message of a secret is written. A secret is found again only by the very message that made it, so a version
/// never changes once something was committed under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretVersion {
    /// Purpose, context, what is committed; without a field for the version. Bounties use it, and nothing new does.
    V1,
    /// The field `version` follows the purpose.
    V2,
}

/// A value of a message's context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContextValue {
    /// `string`
    Text(String),
    /// `uint256`
    Number(u64),
    /// `address`
    Address(Address),
}

/// Asks a wallet for the signature that yields a [`crate::commitment::Secret`]. The same wallet and the same request
/// give the same secret again on any device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretRequest {
    pub version: SecretVersion,
    /// The contract that takes the commitment; wallets show it, and a signature for another contract differs.
    pub contract: Address,
    /// Says to whoever signs what the signature is for.
    pub purpose: String,
    /// What the family adds, in order: a name and a value each, such as a role and the number of its subject. No name
    /// is `purpose`, `version` or `committed`.
    pub context: Vec<(&'static str, ContextValue)>,
    /// CID of what is committed, before any secret goes into it.
    pub committed: Cid,
}

impl SecretRequest {
    /// A request in the newest version.
    pub fn new(
        contract: Address,
        purpose: impl Into<String>,
        context: Vec<(&'static str, ContextValue)>,
        committed: &Cid,
    ) -> Self {
        Self { version: SecretVersion::V2, contract, purpose: purpose.into(), context, committed: *committed }
    }

    /// The typed data on a chain (EIP-155), as JSON for `eth_signTypedData_v4`.
    pub fn typed_data(&self, chain_id: u64) -> Value {
        let mut fields = vec![("purpose", "string", Value::from(self.purpose.as_str()))];
        if self.version == SecretVersion::V2 {
            fields.push(("version", "uint256", "2".into()));
        }
        for (name, value) in &self.context {
            fields.push(match value {
                ContextValue::Text(text) => (*name, "string", text.as_str().into()),
                ContextValue::Number(number) => (*name, "uint256", number.to_string().into()),
                ContextValue::Address(address) => (*name, "address", address.to_string().into()),
            });
        }
        fields.push(("committed", "string", self.committed.to_string().into()));
        let types: Vec<Value> = fields.iter().map(|(name, kind, _)| json!({"name": name, "type": kind})).collect();
        let message: Map<String, Value> = fields.into_iter().map(|(name, _, value)| (name.to_owned(), value)).collect();
        json!({
            "types": {"EIP712Domain": domain_type(), "Secret": types},
            "primaryType": "Secret",
            "domain": {
                "name": "ModelMarket", "version": "1", "chainId": chain_id, "verifyingContract": self.contract,
            },
            "message": message,
        })
    }
}

//! What travels between page and server, whatever it is about; families have rows and queries of their own. Amounts are decimal texts of 10^-18 MDC, times seconds since the epoch.

use serde::{Deserialize, Serialize};

use crate::{address::Address, subject::Subject};

/// `GET /api/deployment`, also the static file `deployment.json`: which chain and contracts this house serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Deployment {
    pub chain_id: u64,
    pub chain_name: String,
    /// A node that browsers can reach directly, so that the page works with the server switched off.
    pub rpc_url: String,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub coin: Address,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub market: Address,
    /// ModelFactory, the registry of shared models; `None` where the chain has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub factory: Option<Address>,
    /// AccuracyLog, where the roots of accuracy logs are anchored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub accuracy_log: Option<Address>,
    /// Reproductions, where people attest that they ran a bounty's model; `None` where the chain has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub reproductions: Option<Address>,
    /// PublishedModels, the list of models published outside of bounties; `None` where the chain has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub published_models: Option<Address>,
    /// Block of deployment: where reading events starts.
    pub start_block: u64,
    /// Prefix of transaction pages of a block explorer, if the chain has one.
    pub explorer_tx: Option<String>,
}

impl Deployment {
    /// The address of a contract by its Solidity name.
    pub fn contract(&self, name: &str) -> Option<Address> {
        match name {
            "BountyMarket" => Some(self.market),
            "ModelFactory" => self.factory,
            "AccuracyLog" => self.accuracy_log,
            "Reproductions" => self.reproductions,
            "PublishedModels" => self.published_models,
            _ => None,
        }
    }
}

/// `GET /api/status`: how far the index is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Status {
    /// Last block indexed.
    pub block: u64,
    /// Time of that block.
    pub block_at: u64,
    /// Last block the node reported.
    pub head: u64,
    /// The node's word on what is wrong, if the index cannot advance.
    pub trouble: Option<String>,
}

/// `GET /api/session/nonce`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Nonce {
    pub nonce: String,
    /// RFC 3339; goes into the message.
    pub issued_at: String,
}

/// `POST /api/session`: a signed [`crate::siwe::SignIn`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInRequest {
    pub message: String,
    /// `0x`, 65 bytes.
    pub signature: String,
}

/// Answer to a sign-in. The token goes into `Authorization: Bearer …`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    pub token: String,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub address: Address,
    pub expires_at: u64,
}

/// `PUT /api/content/{cid}`: what was stored, and what is left of the quota.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stored {
    pub cid: String,
    pub bytes: u64,
    /// Bytes this address may still store.
    pub quota_left: u64,
}

/// Data of the server-sent event `changed` on `GET /api/live`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Changed {
    /// The newest block that is indexed.
    pub block: u64,
    /// What the new blocks touched. Empty where changes were missed: anything may have changed.
    pub subjects: Vec<Subject>,
}

/// An RFC 9457 problem document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `about:blank` or a path that names the kind, e.g. `/problems/cid-mismatch`.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short sentence, the same for every problem of this kind.
    pub title: String,
    pub status: u16,
    /// What went wrong this time and what to do, a sentence for a person.
    pub detail: String,
}

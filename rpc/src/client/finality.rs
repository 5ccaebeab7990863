//! How far the chain itself regards what it says as final.

use serde_json::json;

use crate::{Client, Header, RpcError, value};

/// The newest blocks that will not, or hardly, be taken back; `None` where the node does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Finality {
    /// Taken back only if a third of all validators lie, or, on a chain above another, if that one is reorganised.
    pub safe: Option<Header>,
    /// Never taken back.
    pub finalized: Option<Header>,
}

impl Client {
    /// Asks for the blocks `safe` and `finalized`: two requests.
    ///
    /// # Errors
    /// [`RpcError`] where no node answers. A node that does not know these words leaves both empty.
    pub async fn finality(&self) -> Result<Finality, RpcError> {
        let finalized = self.named_block("finalized").await?;
        // Without the one there is not the other.
        let safe = if finalized.is_some() { self.named_block("safe").await? } else { None };
        Ok(Finality { safe, finalized })
    }

    /// The time that the next block would carry, as the node says; `None` where it does not. Some nodes say the newest
    /// block's instead.
    ///
    /// # Errors
    /// [`RpcError`] where no node answers.
    pub async fn next_block_at(&self) -> Result<Option<u64>, RpcError> {
        match self.request("eth_getBlockByNumber", json!(["pending", false])).await {
            Err(RpcError::Refused { .. } | RpcError::Behind { .. }) => Ok(None),
            answer => Ok(value::quantity(&answer?["timestamp"]).ok().filter(|at| *at > 0)),
        }
    }

    async fn named_block(&self, name: &str) -> Result<Option<Header>, RpcError> {
        match self.block(json!(name)).await {
            Err(RpcError::Refused { .. } | RpcError::Behind { .. }) => Ok(None),
            answer => answer,
        }
    }
}

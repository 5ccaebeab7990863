//! How far the chain itself regards what it says as final.

use serde_json::json;

use crate::{Client, Header, RpcError};

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

    async fn named_block(&self, name: &str) -> Result<Option<Header>, RpcError> {
        match self.block(json!(name)).await {
            Err(RpcError::Refused { .. } | RpcError::Behind { .. }) => Ok(None),
            answer => answer,
        }
    }
}

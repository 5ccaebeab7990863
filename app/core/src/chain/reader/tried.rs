//! What would become of a call, where that is more than whether the contract takes it.

use protocol::Address;
use rpc::RpcError;

use super::{ChainError, Reader, told};

impl Reader {
    /// Whether a view answers within so much gas, that of its own call data included.
    ///
    /// # Errors
    /// [`ChainError`]; [`ChainError::Reverted`] where it does not answer with any gas.
    pub async fn answers_within(self, gas: u64, to: Address, data: Vec<u8>) -> Result<bool, ChainError> {
        match self.client().call_within(gas, to, &data).await {
            // Nodes have many words for too little gas. Where more of it helps, it was that.
            Err(RpcError::Refused { .. }) => self.call(None, to, data).await.map(|_| false),
            answer => Ok(answer.map(|_| true)?),
        }
    }

    /// As [`Self::preflight`], of a call that takes tokens which the account has still to give by a permit: that they are
    /// missing is no refusal. Our contracts take tokens last, after everything that they look at.
    ///
    /// # Errors
    /// [`ChainError::Reverted`] with the contract's reason.
    pub async fn preflight_unpaid(self, from: Address, to: Address, data: &[u8]) -> Result<(), ChainError> {
        match self.client().call(Some(from), to, data).await {
            Err(RpcError::Refused { refusal, .. }) if refusal.data.as_deref().is_some_and(lacks_tokens) => Ok(()),
            answer => told(answer).map(drop),
        }
    }
}

/// Whether a call is refused because tokens are missing.
fn lacks_tokens(revert: &str) -> bool {
    let data = revert.strip_prefix("0x").and_then(|digits| hex::decode(digits).ok());
    data.is_some_and(|data| coin::tokens_are_missing(&data))
}

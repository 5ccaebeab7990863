//! Why the chain could not be read.

use std::time::Duration;

/// Why no endpoint gave an answer that can be used. The sentences name endpoints by their label, never by their
/// address, and repeat nothing that a node wrote; [`RpcError::Refused`] carries its words for those who chose the node.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RpcError {
    #[error("{endpoint} cannot be reached.")]
    Unreachable { endpoint: String },
    #[error("{endpoint} did not answer {method} within {within:?}.")]
    Timeout { endpoint: String, method: String, within: Duration },
    #[error("{endpoint} refused {method}: its answer is not one of a chain node (status {status}).")]
    NotANode { endpoint: String, method: String, status: u16 },
    #[error("{endpoint} limits requests and asks for a pause of {seconds} seconds before the next one.")]
    Busy { endpoint: String, seconds: u64 },
    #[error("{endpoint} is on chain {found}, but this is about chain {expected}.")]
    WrongChain { endpoint: String, expected: u64, found: u64 },
    /// The node understood and declined.
    #[error("{endpoint} refused {method} (code {}).", .refusal.code)]
    Refused { endpoint: String, method: String, refusal: crate::Refusal },
    /// The answer is not one to this question.
    #[error("{endpoint}'s answer to {method} makes no sense: {what}.")]
    Unreadable { endpoint: String, method: String, what: String },
    #[error(
        "{endpoint} does not have block {block} yet, which was seen before: it is behind, or one of several behind one address is."
    )]
    Behind { endpoint: String, block: u64 },
    #[error("{endpoint} refuses the events of a single block. Another node has to be chosen.")]
    TooNarrow { endpoint: String },
    #[error("{endpoint} leaves out events of block {block} without saying so. Another node has to be chosen.")]
    Incomplete { endpoint: String, block: u64 },
    #[error("The chain changed while it was read, at block {block}.")]
    Moved { block: u64 },
}

impl RpcError {
    /// Whether another try soon may help: the node was silent, busy or behind.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. }
                | Self::Timeout { .. }
                | Self::Busy { .. }
                | Self::Behind { .. }
                | Self::Moved { .. }
        )
    }

    /// What the node said when it declined, where it did.
    pub fn refusal(&self) -> Option<&crate::Refusal> {
        match self {
            Self::Refused { refusal, .. } => Some(refusal),
            _ => None,
        }
    }
}

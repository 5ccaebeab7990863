//! Errors for whoever runs the server: with all causes, and with what a node said. Visitors are told the first sentence
//! only, which repeats neither.

use std::error::Error;

use crate::{chain::ChainError, indexer::IndexError};

/// An error with its causes, and with the words of the node where one refused.
pub fn in_full(error: &IndexError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    if let IndexError::Chain(ChainError::Rpc(error)) = error
        && let Some(refusal) = error.refusal()
    {
        text.push_str(": the node said ");
        text.push_str(&format!("{:?}", refusal.message));
    }
    text
}

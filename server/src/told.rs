//! Errors for whoever runs the server: with all causes, and with what a node said. Visitors are told the first sentence
//! only, which repeats neither.

use std::error::Error;

use crate::{chain::ChainError, indexer::IndexError};

/// An error with its causes in one line. A cause whose sentence is part of the line already, as where one repeats the other with
/// a hint, is not told twice.
pub fn in_one_line(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let sentence = next.to_string();
        if !line.contains(sentence.trim_end_matches('.')) {
            line = format!("{line} ({sentence})");
        }
        cause = next.source();
    }
    line
}

/// An error with its causes, and with the words of the node where one refused.
pub fn in_full(error: &IndexError) -> String {
    let mut text = in_one_line(error);
    if let IndexError::Chain(ChainError::Rpc(error)) = error
        && let Some(refusal) = error.refusal()
    {
        text.push_str(": the node said ");
        text.push_str(&format!("{:?}", refusal.message));
    }
    text
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn every_sentence_is_told_once() {
        let twice = anyhow!("The node cannot be reached.").context("The node cannot be reached. It is asked again.");
        assert_eq!(in_one_line(&*twice), "The node cannot be reached. It is asked again.");
        let two = anyhow!("No such file").context("The deployment d.json cannot be read. See --deployment.");
        assert_eq!(in_one_line(&*two), "The deployment d.json cannot be read. See --deployment. (No such file)");
    }
}

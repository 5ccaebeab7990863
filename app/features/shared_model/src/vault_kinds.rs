//! What shared models keep in the vault.

use app_core::{feature::Title, vault::Kind};

/// The weights that a model is to start with, until all are on chain.
pub const START: Kind = Kind::new("start");
/// Pieces and salts of the test set of a prediction market.
pub const PIECES: Kind = Kind::new("pieces");

/// A contribution to a prediction market with its salt, until it is shown.
pub const CONTRIBUTION: Kind = Kind::new("contribution");

/// The kinds, and what to call a file of each in a list.
pub fn kinds() -> Vec<(Kind, Title)> {
    vec![
        (START, |entry| format!("Start of the shared model {}", entry.name)),
        (CONTRIBUTION, |entry| format!("Contribution to the prediction market {}", entry.name)),
        (PIECES, |entry| format!("Test set of the prediction market {}", entry.name)),
    ]
}

/// What brings a file back without the vault: it is made again from what only its owner has.
pub fn come_back() -> Vec<(Kind, &'static str)> {
    vec![(CONTRIBUTION, "Until you show it, your wallet and the same example bring it back; so does an export.")]
}

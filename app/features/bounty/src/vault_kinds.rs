//! What bounties keep in the vault.

use protocol::commitment::PREDICTION_HEADER;

use app_core::{feature::Title, vault::Kind};

/// The ground truth of an own bounty.
pub const TRUTH: Kind = Kind::new("truth");
/// Committed predictions.
pub const PREDICTION: Kind = Kind::new("prediction");
/// A committed model.
pub const MODEL: Kind = Kind::new("model");

/// The kinds, and what to call a file of each in a list.
pub fn kinds() -> Vec<(Kind, Title)> {
    vec![
        (TRUTH, |entry| format!("Ground truth of “{}”", entry.name)),
        (PREDICTION, |entry| {
            let labels = entry.bytes.saturating_sub(PREDICTION_HEADER as u64);
            format!("Predictions for “{}” ({labels} bytes of labels)", entry.name)
        }),
        (MODEL, |entry| format!("Model {}", entry.name)),
    ]
}

/// What brings a file back without the vault: it is made again from what only its owner has.
pub fn come_back() -> Vec<(Kind, &'static str)> {
    vec![
        (TRUTH, "Until you reveal it, your wallet and the CSV that you posted bring it back; so does an export."),
        (
            PREDICTION,
            "Until you reveal them, your wallet and both files that you submitted bring them back; so does an export.",
        ),
        (MODEL, "Until you reveal it, you can choose the same file again; an export brings it back too."),
    ]
}

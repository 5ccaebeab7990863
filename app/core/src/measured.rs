//! Which engine was faster on this machine, for each model and number of rows; kept between visits, so that nothing is
//! measured twice.

use ml_task::Measured;

use crate::storage;

/// Models that are remembered; the ones used longest ago are forgotten first.
const MODELS: usize = 50;
/// The number grows when the engines change so much that old measurements mislead.
const STORED: &str = "measured.1";

type Stored = Vec<(String, Vec<Measured>)>;

/// What was measured for the model with this CID.
pub fn of(cid: &str) -> Vec<Measured> {
    load().into_iter().find(|(name, _)| name == cid).map(|(_, measured)| measured).unwrap_or_default()
}

/// Remembers a measurement; it replaces one of the same number of rows.
pub fn keep(cid: &str, measured: &Measured) {
    let mut stored = load();
    let mut of_model = of(cid);
    if of_model.contains(measured) {
        return;
    }
    of_model.retain(|m| m.batch != measured.batch);
    of_model.push(measured.clone());
    stored.retain(|(name, _)| name != cid);
    stored.insert(0, (cid.to_owned(), of_model));
    stored.truncate(MODELS);
    if let Ok(text) = serde_json::to_string(&stored) {
        storage::write(STORED, &text);
    }
}

fn load() -> Stored {
    storage::read(STORED).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

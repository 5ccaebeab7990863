//! Random bytes of the browser.

use mpc_run::RunError;
use work::worker::scope;

/// 32 fresh bytes.
pub fn bytes() -> Result<[u8; 32], RunError> {
    let mut bytes = [0; 32];
    let drawn = scope().crypto().and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    drawn.map(|_| bytes).map_err(|_| RunError::NoRandomBytes)
}

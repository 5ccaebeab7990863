//! What the audit found in prediction markets.

mod copied;
mod evaluated;
mod hidden;
mod stage;

use super::Attack;

/// In the audit's order.
pub fn all() -> Vec<Attack> {
    vec![copied::H4, hidden::H5, copied::M3, hidden::M4, evaluated::M5, evaluated::L7]
}

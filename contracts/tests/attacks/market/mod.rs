//! What the audit found in prediction markets.

mod copied;
mod evaluated;
mod pieces;
mod stage;

use super::Attack;

/// In the audit's order.
pub fn all() -> Vec<Attack> {
    vec![copied::H4, pieces::H5, copied::M3, pieces::M4, evaluated::M5, evaluated::L7]
}

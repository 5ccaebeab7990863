//! What the audit found in prediction markets.

mod copied;
mod evaluated;
mod stage;

use super::Attack;

/// In the audit's order.
pub fn all() -> Vec<Attack> {
    vec![copied::H4, copied::M3, evaluated::M5, evaluated::L7]
}

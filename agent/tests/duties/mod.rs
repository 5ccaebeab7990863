//! What a provider has to do beside running one job for a client that is there.

mod alone;
mod audited;
mod judged;

use protocol::Amount;

use crate::lent::PRICE;

/// Text of a module of six steps.
const STEPS: &str = include_str!("steps.wat");

fn module(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

/// What so many units cost.
fn pay(units: u64) -> Amount {
    Amount(PRICE.0 * u128::from(units))
}

fn sum(amounts: &[Amount]) -> Amount {
    Amount(amounts.iter().map(|amount| amount.0).sum())
}

fn coins(whole: u128) -> Amount {
    Amount(whole * Amount::ONE.0)
}

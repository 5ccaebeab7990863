//! Attacks on bounties, and on what is said about their models.

mod h1_cancel_in_front;
mod i4_another_bounty;
mod l5_short_windows;
mod l6_ended_attestations;
mod l8_labels_beyond_classes;
mod m1_second_addresses;
mod m2_reveals_that_no_pool_takes;
mod stage;

use super::Attack;

pub fn all() -> Vec<Attack> {
    vec![
        h1_cancel_in_front::H1,
        m1_second_addresses::M1,
        m2_reveals_that_no_pool_takes::M2,
        l5_short_windows::L5,
        l6_ended_attestations::L6,
        l8_labels_beyond_classes::L8,
        i4_another_bounty::I4,
    ]
}

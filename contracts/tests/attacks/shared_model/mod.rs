//! Attacks on shared models: deposits, points, classes, terms, shapes.

mod class_bomb;
mod far_waits;
mod flip_and_take;
mod no_waits;
mod nonsense_points;
mod own_deposit;
mod price_pump;
mod scene;
mod too_large;

use super::Attack;

pub fn all() -> Vec<Attack> {
    vec![
        class_bomb::H2,
        flip_and_take::H3,
        no_waits::M6,
        nonsense_points::M7,
        too_large::L1,
        own_deposit::L3,
        price_pump::L4,
        far_waits::L9,
    ]
}

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

pub use class_bomb::H2;
pub use far_waits::L9;
pub use flip_and_take::H3;
pub use no_waits::M6;
pub use nonsense_points::M7;
pub use own_deposit::L3;
pub use price_pump::L4;
pub use too_large::L1;

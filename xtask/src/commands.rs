//! The commands, a file each.

pub mod bench;
pub mod contracts;
pub mod dev;
pub mod family_cost;
pub mod recipe;
pub mod start;
pub mod test;

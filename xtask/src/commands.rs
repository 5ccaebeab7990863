//! The commands, a file each.

pub mod bench;
pub mod contracts;
pub mod dev;
pub mod start;
pub mod test;

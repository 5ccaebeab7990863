//! What a node tells of its chain.

mod block;
mod filter;
mod folded;
pub(crate) mod log;
pub mod value;

pub use block::{Bloom, Header};
pub use filter::Filter;
pub use folded::Folded;
pub use log::RawLog;

//! What a node tells of its chain.

mod block;
mod filter;
pub(crate) mod log;
pub mod value;

pub use block::{Bloom, Header};
pub use filter::Filter;
pub use log::RawLog;

//! Content over the web: uploads, quotas, ranges, and what is read from stored metadata. The stores themselves are the
//! crate `content`.

mod blocks;
pub mod disk;
pub mod quota;
pub mod range;
pub mod room;
pub mod titles;

pub use blocks::Blocks;

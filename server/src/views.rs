//! What lists of all families share.

pub(crate) mod filter;
pub mod paging;
pub(crate) mod search;
pub mod status;

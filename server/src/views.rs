//! What lists of all families share.

pub(crate) mod filter;
pub(crate) mod logs;
pub(crate) mod order;
pub mod paging;
pub(crate) mod search;
pub mod status;

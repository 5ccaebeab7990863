//! Reading the views.

pub mod accuracy;
pub mod bounties;
pub mod contributions;
pub mod figures;
mod filter;
pub mod models;
mod paging;
mod search;
pub mod status;
pub mod trained;

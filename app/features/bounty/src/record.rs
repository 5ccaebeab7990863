//! What accounts have done with bounties.

pub mod account;
pub mod contract;
pub mod reliability;

//! Reading the views.

pub mod bounties;
pub mod figures;
pub mod status;

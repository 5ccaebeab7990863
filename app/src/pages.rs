//! Pages, named as their addresses.

pub mod bounties;
pub mod bounty;
pub mod home;
pub mod later;
pub mod list;
pub mod model;
pub mod models;
pub mod new_bounty;
pub mod new_model;
pub mod not_found;
pub mod run;
pub mod settings;
pub mod simulate;
pub mod trained;
pub mod work;

//! The families of contracts that this server indexes. To add one: a module here, and its line in [`all`].

pub mod bounty;
pub mod directory;
pub mod jobs;
pub mod shared_model;
pub mod tasks;
pub mod trained;

use crate::family::Families;

/// All of them.
pub fn all() -> Families {
    Families::default()
        .and(bounty::Bounties)
        .and(shared_model::SharedModels)
        .and(trained::TrainedModels)
        .and(directory::Organisations)
        .and(tasks::Tasks)
        .and(jobs::Jobs)
}

//! The families of contracts on a development chain. To add one: a module here, and its line in [`all`].

pub mod bounty;
pub mod coin;
pub mod directory;
pub mod jobs;
pub mod shared_model;
pub mod tasks;
pub mod trained;

use crate::family::Families;

/// All of them. Time passes while samples of shared models are played, and windows of the sample bounties must still be
/// open afterwards: hence the order of the two.
pub fn all() -> Families {
    Families::default()
        .and(coin::Coin)
        .and(shared_model::SharedModels)
        .and(bounty::Bounties)
        .and(trained::TrainedModels)
        .and(directory::Organisations)
        .and(tasks::Tasks)
        .and(jobs::Jobs)
}

//! Who learns together (`Directory`), on which data (`Datasets`), and under which permissions (`Grants`).
//!
//! | module | what it does |
//! |---|---|
//! | [`Organisation`], [`Dataset`], [`Grant`] | what is stored; folded from events; who may do what now, until when |
//! | [`Registry`] | all of them together, and every call of the three contracts by the rules |
//! | [`Profile`], [`Description`], [`Purpose`] | the files whose digests are on chain: of an organisation with its nodes, of a data set, of a grant |
//! | [`api`] | what travels between page and server |
//! | [`key_request`] | what a wallet signs for the key to which results are sealed |
//! | [`calls`], [`returns`], [`logs`] | the contracts' data, encoded and read |
//! | [`REFUSALS`] | sentences for reverts |
//! | `deploy` | creation bytecode (feature `deploy`, not for the page) |
//!
//! No row of a data set ever passes through here: what is published are numbers, hashes and visible column names.

pub mod api;
mod chain;
mod dataset;
mod files;
mod grant;
mod list;
mod organisation;
mod registry;

#[cfg(test)]
mod tests;

#[cfg(feature = "deploy")]
pub use chain::deploy;
pub use chain::{REFUSALS, calls, key_request, logs, returns};
pub use dataset::{Dataset, DatasetEvent, DatasetTerms, Industry};
pub use files::MAX_BYTES as MAX_FILE_BYTES;
pub use files::{
    Column, ColumnKind, ColumnRole, Description, DescriptionError, Node, NodeRole, Profile, ProfileError, Purpose,
    PurposeError, Reveal, Work,
};
pub use grant::{Charge, Disclosure, Grant, GrantEvent, GrantState, GrantStep, GrantTerms};
pub use organisation::{DirectoryEvent, Organisation};
pub use registry::{Event, Move, Registry, subject};

/// Name of the family, in subjects.
pub const FAMILY: &str = "directory";
/// Name of the contract of organisations, in a deployment.
pub const DIRECTORY: &str = "Directory";
/// Name of the contract of data sets, in a deployment.
pub const DATASETS: &str = "Datasets";
/// Name of the contract of grants, in a deployment.
pub const GRANTS: &str = "Grants";

/// Most significant digits that a grant can allow: those of a 64-bit float. As in `Grants`.
pub const MAX_DIGITS: u8 = 17;
/// Most bytes of the text of a refusal. As in `Grants`.
pub const MAX_REASON_LENGTH: usize = 500;

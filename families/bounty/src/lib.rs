//! Bounties: a request for a model with a reward, paid only after the chain has checked predictions.
//!
//! | module | what it does |
//! |---|---|
//! | [`Bounty`] | terms, and the state folded from events; [`Bounty::apply`] says what an event does |
//! | [`StoredBounty`] | the same for one person from a few views of the contract, without any history |
//! | [`Phase`], [`Task`], [`Coming`] | who may act when, and later |
//! | [`Standing`] | what a submission has come to |
//! | [`Record`], [`Reliability`] | what an account has done with bounties, and whether it reveals what it promised |
//! | [`Parts`] | what a person takes part in, held against the contract |
//! | [`Lacking`] | what the contract has and the events that were read do not tell |
//! | [`scoring`] | how a score is counted |
//! | [`Commitment`] | what a trainer commits to, as one word |
//! | [`PostNumber`] | tells two posts of the same data set apart |
//! | [`secret_request`] | what a wallet signs for the secret of a commitment |
//! | [`calls`], [`returns`] | call data of every function of BountyMarket; reads what a view returned |
//! | [`logs`] | reads logs |
//! | [`inputs`] | reads revealed files back from the call data of a transaction |
//! | [`REFUSALS`] | sentences for reverts |
//! | [`api`] | what travels between page and server |
//! | `deploy` | creation bytecode (feature `deploy`, not for the page) |

pub mod api;
pub mod calls;
mod coming;
mod commitment;
mod contract;
#[cfg(feature = "deploy")]
pub mod deploy;
mod event;
pub mod inputs;
mod lacking;
mod list;
pub mod logs;
mod part;
mod phase;
mod post_number;
mod record;
mod refusals;
mod reproductions;
pub mod returns;
pub mod scoring;
mod secret;
mod standing;
mod state;
mod stored;
mod task;

#[cfg(test)]
mod abi_tests;
#[cfg(test)]
mod tests;

pub use coming::{Coming, Depends};
pub use commitment::Commitment;
pub use event::{Event, LoggedEvent};
pub use lacking::{Lacking, Told};
pub use part::{Part, Parts, unnamed};
pub use phase::{Phase, Window};
pub use post_number::{PostNumber, PostNumberError};
pub use record::{Promise, Record, Reliability, TrainerRecord, VerifiedScore};
pub use refusals::REFUSALS;
pub use reproductions::ReproductionCounts;
pub use secret::{Role, secret_request};
pub use standing::Standing;
pub use state::{
    Bounty, DEFAULT_WINDOW, Ending, FoldError, MAX_DURATION, MAX_WINDOW, MIN_WINDOW, Reveal, Submission,
    SubmissionState, Terms, TruthReveal,
};
pub use stored::StoredBounty;
pub use task::{Action, Task};

/// Name of the family, in subjects.
pub const FAMILY: &str = "bounty";
/// Name of the contract in a deployment.
pub const BOUNTY_MARKET: &str = "BountyMarket";

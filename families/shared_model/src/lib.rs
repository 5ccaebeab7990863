//! Models on chain that everybody can teach under a deposit.
//!
//! A *contribution* is a sample with a label. What it costs and earns is up to the model's incentive; what it does to
//! the weights is up to its classifier ([`learn::classifier`]). Everything here has a counterpart in `solidity/` and
//! the same answers.
//!
//! | module | what it does |
//! |---|---|
//! | [`sample`], [`shape`], [`lanes`] | what a model is given, what it is, how weights are packed |
//! | [`encoder`] | from what a person sees to a sample |
//! | [`terms`], [`claims`], [`incentive`], [`market`], [`market_limits`], [`evaluation`], [`refusal`] | what a contribution costs, who may take what when, what a market takes, how its evaluation is cut into transactions |
//! | [`events`], [`state`] | what a model emits; money, points and classes folded from it |
//! | [`learn`] | the classifiers in the integers of the contracts, fitting a start, replay from events |
//! | [`file`], [`metadata`], [`table`], [`test_set`], [`hidden_set`], [`hidden_contribution`] | files about models |
//! | [`accuracy`] | an entry of the accuracy log |
//! | [`calls`], [`returns`], [`logs`] | call data of every function; reads what a view returned, and logs |
//! | [`REFUSALS`] | sentences for reverts |
//! | [`api`] | what travels between page and server |
//! | `deploy` | creation bytecode (feature `deploy`, not for the page) |

pub mod accuracy;
pub mod api;
mod chain;
pub mod encoder;
pub mod events;
mod files;
mod hex_bytes;
pub mod lanes;
pub mod learn;
mod list;
mod rules;
pub mod sample;
mod secret;
pub mod shape;
pub mod state;

pub use accuracy::AccuracyRecord;
#[cfg(feature = "deploy")]
pub use chain::deploy;
pub use chain::{REFUSALS, calls, logs, returns};
pub use claims::{Record, RecordPhase, Refund, ReportTimes, Take, Taker};
pub use encoder::{EncodeError, Encoder, EncoderSpec, Original, OriginalKind, SpecError};
pub use events::{Anchored, Event, LoggedEvent, TakePath};
pub use file::{FileError, ModelFile};
pub use files::{file, hidden_contribution, hidden_set, metadata, table, test_set};
pub use hidden_contribution::HiddenContribution;
pub use incentive::IncentiveKind;
pub use list::ListedModel;
pub use metadata::{ModelMetadata, ModelMetadataError};
pub use refusal::Refusal;
pub use rules::{claims, evaluation, incentive, market, market_limits, refusal, terms};
pub use sample::{Sample, SampleError};
pub use secret::contribution_secret;
pub use shape::{ClassifierKind, Form, Shape, ShapeError};
pub use state::{FoldError, Lacking, Model, StoredModel, record_key};
pub use terms::{Terms, TermsError};
pub use test_set::{TestSet, TestSetError};

/// Name of the family, in subjects.
pub const FAMILY: &str = "shared_model";
/// Name of the registry of models in a deployment.
pub const MODEL_FACTORY: &str = "ModelFactory";
/// Name of the contract in which accuracy logs are anchored, in a deployment.
pub const ACCURACY_LOG: &str = "AccuracyLog";

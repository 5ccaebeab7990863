//! Models on chain that everybody can teach under a deposit.
//!
//! A *contribution* is a sample with a label. What it costs and earns is up to the model's incentive; what it does to
//! the weights is up to its classifier (`ml::classifier`). Everything here has a counterpart in
//! `contracts/solidity/shared` and the same answers.

pub mod accuracy;
pub mod claims;
pub mod encoder;
pub mod events;
pub mod file;
mod hex_bytes;
pub mod incentive;
pub mod lanes;
pub mod market;
pub mod metadata;
pub mod refusal;
pub mod sample;
pub mod shape;
pub mod state;
pub mod table;
pub mod terms;
pub mod test_set;

pub use accuracy::AccuracyRecord;
pub use claims::{Record, RecordPhase, Refund, Report, Reporter};
pub use encoder::{EncodeError, Encoder, EncoderSpec, Original, OriginalKind, SpecError};
pub use events::{Anchored, Event, LoggedEvent, ReportPath};
pub use file::{FileError, ModelFile};
pub use incentive::IncentiveKind;
pub use metadata::{ModelMetadata, ModelMetadataError};
pub use refusal::Refusal;
pub use sample::{Sample, SampleError};
pub use shape::{ClassifierKind, Form, Shape, ShapeError};
pub use state::{FoldError, Model, record_key};
pub use terms::{Terms, TermsError};
pub use test_set::{TestSet, TestSetError};

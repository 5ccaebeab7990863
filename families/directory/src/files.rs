//! Files that digests on chain name: JSON of one block, each a stranger's word.

mod description;
mod profile;
mod purpose;

pub use description::{Column, ColumnKind, ColumnRole, Description, DescriptionError};
pub use profile::{Node, NodeRole, Profile, ProfileError};
pub use purpose::{Purpose, PurposeError, Reveal, Work};

/// Most bytes of such a file, so that it is one block.
pub const MAX_BYTES: usize = 65_000;

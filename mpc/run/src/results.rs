//! What comes out of a run.

mod delivery;
mod digits;
pub(crate) mod hex;
mod kept;
mod outcome;
mod session_key;

pub use delivery::Told;
pub(crate) use delivery::{Delivered, Sealed, told};
pub use kept::Kept;
pub use outcome::Outcome;
pub(crate) use outcome::{Statement, both_shares, given_rows};
pub use session_key::{SessionKey, signer};

//! Sign-in with Ethereum (EIP-4361), needed for storing files and for nothing else.

mod nonce;
mod sign_in;
mod token;

pub use nonce::Nonces;
pub use sign_in::{Origins, sign_in};
pub use token::{SignedIn, begin, end, sweep};

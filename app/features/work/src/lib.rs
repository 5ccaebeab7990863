//! What waits for the connected account, and everything it takes part in.

pub mod page;

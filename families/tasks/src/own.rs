//! What one account has a part in, found and read without what others do among themselves.
//!
//! | module | what it does |
//! |---|---|
//! | `found` | data sets, grants and tasks of an account, by the events that name it |
//! | `stored` | a task as the contract stores it, by a few questions |
//!
//! The owner of a seat is named by no event before it confirms. But a seat stands under a grant, and only who has the grant
//! can publish a task under it: so the tasks that ask for an owner's data are those of whoever has a grant of that owner.

mod found;
mod stored;

pub use found::{Contracts, Found, Question, Told, found};
pub use stored::{Part, read};

//! What the pages with long lists share: an address that says what is asked for, and rows that come from the server, or
//! from the chain while it is away.

mod columns;
mod narrowed;
mod query;
mod rows;
mod search;
mod table;

pub use columns::{Column, Heads, Order};
pub use narrowed::{ChoiceOfMany, Choices, OfPerson};
pub use query::{ListQuery, Orders, is_narrowed, key, of_key};
pub use rows::Rows;
pub use search::Search;
pub use table::{Listed, Table, opens};

/// Rows on one page of a list.
pub const PAGE: u64 = 50;

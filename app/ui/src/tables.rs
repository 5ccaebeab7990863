//! What a table holds, for people who look at it before they post, pay or train.

pub mod balance;
pub mod columns;
pub mod contents;
pub mod first_rows;
mod histogram;
pub mod name;
mod text;

//! What a person can choose, and the files that only this browser keeps.

pub mod page;

//! What is said to a person: how an action goes, what is wrong, that nothing is here.

pub mod empty;
pub mod notice;
pub mod run;

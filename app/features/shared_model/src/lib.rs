//! Shared models: the list, the page of one, publishing, and what people do to them.

pub mod actions;
pub mod handover;
pub mod list;
pub mod page;
pub mod publish;
mod replay;
pub mod words;

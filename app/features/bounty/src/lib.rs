//! Bounties: the list, the page of one, posting, and what people do to them.

pub mod actions;
pub mod chips;
pub mod list;
pub mod my_work;
pub mod page;
pub mod post;
pub mod recheck;
pub mod task_list;
pub mod words;

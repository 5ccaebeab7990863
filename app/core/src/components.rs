//! Pieces of pages that show what the page knows: the chain's time, the connected account.

pub mod account;
pub mod download;
pub mod model_drop;
pub mod model_tabs;
pub mod not_found;
pub mod pass_time;
pub mod reads_as;
pub mod reminders;
pub mod server_differs;
pub mod task_list;
pub mod time;
pub mod timeline;

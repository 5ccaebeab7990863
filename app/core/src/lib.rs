//! What the page's features share: the chain, the wallet, transactions, the vault, the server, and what the person chose.
//! Features depend on this crate and on `app-ui`; this crate knows none of them.

pub mod account;
pub mod action;
pub mod allow_list;
pub mod answers;
pub mod chain;
mod changes;
pub mod components;
pub mod content;
pub mod feature;
pub mod focus;
pub mod forms;
pub mod later_file;
pub mod learning;
pub mod list;
pub mod live;
pub mod measured;
pub mod newest;
pub mod own_models;
mod parameters;
pub mod parts;
pub mod reminders;
pub mod routes;
pub mod scrolled;
pub mod server;
pub mod settings;
pub mod storage;
pub mod tasks;
pub mod time_limit;
pub mod titles;
pub mod transactions;
pub mod vault;
pub mod wallet;
pub mod workers;

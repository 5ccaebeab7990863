//! ModelMarket's server: page, API, content and an index of chain events on one port.
//!
//! A convenience, never an authority: whatever it says can be checked from the chain and from content-addressed data.
//!
//! | module | what it does |
//! |---|---|
//! | [`config`], [`serve`], [`app`] | flags; starting and stopping; what handlers share |
//! | [`deployment`] | which contracts the server is for; database and chain must be about them |
//! | [`chain`], [`indexer`] | reading the chain (through `rpc`); raw logs, folding, reorganisations |
//! | [`family`], [`families`] | what a family of contracts adds to index and API; the families there are |
//! | [`views`] | what their lists share: pages, filters, search, the state of the index |
//! | [`accuracy`] | how accurate models were, in an append-only log; the replay that checks it |
//! | [`content`] | files by CID: uploads, gateway, the embedded home and the one in Kubo |
//! | [`session`], [`limits`] | sign-in with Ethereum, quotas, rates |
//! | [`listen`], [`tasks`] | connections, how many and how long; what runs in the background and whether it does |
//! | [`live`] | what changed, as server-sent events |
//! | [`api`], [`problem`] | routes; errors as RFC 9457 problem documents. Handlers return [`problem::ApiError`] |
//! | [`pages`], [`headers`] | the built page and its security headers |
//! | [`db`] | SQLite or PostgreSQL |
//! | [`told`] | errors in one line, for whoever runs the server |

pub mod accuracy;
pub mod api;
pub mod app;
pub mod chain;
mod clock;
pub mod config;
pub mod content;
pub mod db;
pub mod deployment;
mod drain;
pub mod families;
pub mod family;
pub mod headers;
pub mod indexer;
pub mod limits;
pub mod listen;
pub mod live;
pub mod metrics;
pub mod pages;
pub mod problem;
pub mod serve;
pub mod session;
pub mod tasks;
pub mod told;
pub mod views;

//! What journeys share: chain, server and page as a running stack, a browser, and words for what a person does.
//!
//! Journeys are in `tests/`, one file each. Every journey saves screenshots at 1440 and 360 px, light and dark, under
//! `e2e/screenshots/`, and has axe look at what it saves. With `MODELMARKET_PICTURES=none` it checks all of that and saves none.

use std::time::Duration;

/// Longest wait for anything that will come: far longer than it takes on a machine that does ten other things meanwhile.
pub const PATIENCE: Duration = Duration::from_secs(300);

mod agent;
mod axe;
mod bench_page;
mod browser;
mod client;
mod person;
mod site;
mod stack;
mod strange_wallets;
mod wallet_shim;
mod worker;

pub use agent::Agent;
pub use axe::{Finding, findings};
pub use bench_page::bench;
pub use browser::{Browser, Profile, WebGpu};
pub use client::Client;
pub use person::Person;
pub use site::Site;
pub use stack::{Stack, root};
pub use wallet_shim::Shim;
pub use worker::Worker;

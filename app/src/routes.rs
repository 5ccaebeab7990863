//! Addresses of pages. `app.rs` holds the table of routes.

pub const HOME: &str = "/";
pub const BOUNTIES: &str = "/bounties";
pub const NEW_BOUNTY: &str = "/new";
pub const MODELS: &str = "/models";
pub const NEW_MODEL: &str = "/models/new";
pub const SIMULATE: &str = "/simulate";
pub const WORK: &str = "/work";
pub const SETTINGS: &str = "/settings";

pub fn bounty(id: u64) -> String {
    format!("/bounties/{id}")
}

pub fn model(address: protocol::Address) -> String {
    format!("{MODELS}/{address}")
}

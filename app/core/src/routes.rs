//! Addresses of pages. `app.rs` holds the table of routes.

pub const HOME: &str = "/";
pub const BOUNTIES: &str = "/bounties";
pub const NEW_BOUNTY: &str = "/new";
pub const MODELS: &str = "/models";
pub const NEW_MODEL: &str = "/models/new";
pub const TRAINED: &str = "/models/trained";
pub const RUN: &str = "/run";
pub const DATA: &str = "/data";
pub const MY_DATA: &str = "/data/mine";
pub const NEW_DATA: &str = "/data/new";
pub const REQUESTS: &str = "/data/requests";
pub const LEARN: &str = "/learn";
pub const NEW_TASK: &str = "/learn/new";
pub const JOBS: &str = "/jobs";
pub const NEW_JOB: &str = "/jobs/new";
pub const LEND: &str = "/lend";
pub const NETWORK: &str = "/network";
pub const SIMULATE: &str = "/simulate";
pub const WORK: &str = "/work";
pub const SETTINGS: &str = "/settings";

pub fn bounty(id: u64) -> String {
    format!("/bounties/{id}")
}

pub fn model(address: protocol::Address) -> String {
    format!("{MODELS}/{address}")
}

/// What an account has done here.
pub fn account(address: protocol::Address) -> String {
    format!("/account/{address}")
}

pub fn dataset(id: u64) -> String {
    format!("/data/sets/{id}")
}

pub fn grant(id: u64) -> String {
    format!("/data/grants/{id}")
}

pub fn task(id: u64) -> String {
    format!("/task/{id}")
}

pub fn job(id: u64) -> String {
    format!("{JOBS}/{id}")
}

/// Trying a published model; `bounty` is the one that it won.
pub fn run(cid: &str, bounty: Option<u64>) -> String {
    // A CID is a text from a stranger; what is none must not change the address.
    let cid = js_sys::encode_uri_component(cid);
    match bounty {
        Some(id) => format!("{RUN}/{cid}?bounty={id}"),
        None => format!("{RUN}/{cid}"),
    }
}

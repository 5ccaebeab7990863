//! Two seats and a helper in one process: what they compute, what they send, and what each of them sees. One program, since
//! all of it computes on the same generic code, which is compiled once so.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod audit;
mod release;
#[path = "../seats/mod.rs"]
#[allow(dead_code, reason = "what travelled is counted where models are fitted")]
mod seats;
mod support;
mod twins;
mod wire;

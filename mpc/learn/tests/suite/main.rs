//! Models fitted by both owners: what comes out, and what each of them sees on the way. One program, since all of it
//! computes on the same generic code, which is compiled once so.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

#[cfg(not(target_arch = "wasm32"))]
mod equivocation;
#[cfg(not(target_arch = "wasm32"))]
mod known_answers;
#[cfg(not(target_arch = "wasm32"))]
mod leaks;
#[cfg(not(target_arch = "wasm32"))]
mod results;
#[cfg(not(target_arch = "wasm32"))]
mod resume;
#[path = "../../../tests/seats/mod.rs"]
#[cfg_attr(target_arch = "wasm32", allow(dead_code, reason = "one test of it runs in browsers"))]
mod seats;
#[cfg(not(target_arch = "wasm32"))]
mod solver;
#[cfg_attr(target_arch = "wasm32", allow(dead_code, reason = "one test of it runs in browsers"))]
mod support;
mod wasm;

//! The server as a whole: a real chain, a real database, real HTTP. What does not name a database runs on both.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

mod accuracy;
mod bad_input;
mod bounties;
mod compute_jobs;
mod connections;
mod content;
mod deployments;
mod gateway;
mod indexing;
mod killed;
mod kubo;
mod lists;
mod live;
mod logs;
mod markets;
mod migrations;
mod mishaps;
mod models;
mod openapi;
mod operations;
mod originals;
mod pages;
mod private_data;
mod private_tasks;
mod public_answers;
mod relaying;
mod reorgs;
mod replicas;
mod room;
mod sessions;
mod sharing;
mod strict_node;
mod trained;

//! Journeys in a real browser, on a real chain, against the real server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod agent_party;
mod bad_tables;
mod bounty_to_payout;
mod cancelling;
mod data_sets;
mod forfeited;
mod grants;
mod interrupted;
mod learning;
mod left_out;
mod lying_server;
mod newcomer;
mod pipeline;
mod prediction_market;
mod publishing;
mod requests;
mod running;
mod second_file;
mod sending;
mod server_away;
mod shared_models;
mod silent_claimant;
mod silent_owner;
mod simulation;
mod steps;
mod strange_wallets;
mod tabs;
mod teaching;
mod three;
mod trained_models;
mod training;
mod wallets;
mod wiped_profile;
mod without_server;
mod wrong_clock;

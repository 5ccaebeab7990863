//! Pieces of pages, by what a person sees.

pub mod account;
pub mod busy_button;
pub mod chart;
pub mod copy;
pub mod dialog;
pub mod empty;
pub mod field;
pub mod file_drop;
pub mod frame;
pub mod icon;
pub mod notice;
pub mod pad;
pub mod pager;
pub mod paper;
pub mod pass_time;
pub mod pasted_row;
pub mod phase;
pub mod picture_input;
pub mod raster;
pub mod run;
pub mod scores;
pub mod task_list;
pub mod time;
pub mod tray;
pub mod wallet_menu;

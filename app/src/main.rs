//! The dApp. `app.rs` holds the table of routes; from there every page is one file or folder under `pages/`.

mod actions;
mod allow_list;
mod app;
mod chain;
mod components;
mod content;
mod download;
mod format;
mod live;
mod measured;
mod my_work;
mod pages;
mod recheck;
mod replay;
mod routes;
mod server;
mod settings;
mod simulations;
mod storage;
mod transactions;
mod vault;
mod wallet;
mod words;
mod workers;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
}

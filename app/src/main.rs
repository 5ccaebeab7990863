//! The dApp: what starts it, its frame, and the list of features (`features.rs`). Pages are in the crates under `features/`.

mod app;
mod deployment;
mod features;
mod frame;
mod later;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
}

//! Runs and trains models beside the page.

fn main() {}

use app_core::{routes, transactions::About};

/// A bounty, as what a transaction is about.
pub fn about(id: u64) -> About {
    About { href: routes::bounty(id), name: format!("Bounty {id}") }
}

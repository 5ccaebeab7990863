use app_core::{routes, titles, transactions::About};
use bounty::FAMILY;
use protocol::subject::Subject;

/// A bounty, as what a transaction is about.
pub fn about(id: u64) -> About {
    let title = titles::of(&Subject::new(FAMILY, id));
    let name = title.map_or_else(|| format!("Bounty {id}"), |title| format!("{title} (bounty {id})"));
    About { href: routes::bounty(id), name }
}

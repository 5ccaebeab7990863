use protocol::Address;

use app_core::{routes, transactions::About};

/// A model, as what a transaction is about.
pub fn about(model: Address) -> About {
    About { href: routes::model(model), name: format!("Model {}", model.short()) }
}

use app_core::{routes, titles, transactions::About};
use protocol::{Address, subject::Subject};
use shared_model::FAMILY;

/// A model, as what a transaction is about.
pub fn about(model: Address) -> About {
    let title = titles::of(&Subject::new(FAMILY, model));
    About { href: routes::model(model), name: title.unwrap_or_else(|| format!("Model {}", model.short())) }
}

//! The secret of a commitment to a bounty.

use app_core::action::{ActionError, Tools, secret};
use bounty::{BOUNTY_MARKET, PostNumber, Role, secret_request};
use leptos::prelude::window;
use protocol::{cid::Cid, commitment::Secret};

/// Asks the wallet to sign what is being committed, for the post with this number. Moves no money.
///
/// # Errors
/// [`ActionError`] when the wallet refuses or signs in a form from which nothing can be derived.
pub async fn derive(tools: Tools, role: Role, post: PostNumber, committed: &Cid) -> Result<Secret, ActionError> {
    let market = tools.deployment().demand(BOUNTY_MARKET)?;
    secret::derive(tools, &secret_request(market, role, post, committed)).await
}

/// A number for a new post.
///
/// # Errors
/// [`ActionError::Feature`] where the browser has no source of randomness.
pub fn new_post_number() -> Result<PostNumber, ActionError> {
    let none = |_| ActionError::Feature("This browser has no source of randomness; use a current one.".to_owned());
    let mut bytes = [0; 8];
    window().crypto().map_err(none)?.get_random_values_with_u8_array(&mut bytes).map_err(none)?;
    Ok(PostNumber(bytes))
}

//! The secret of a commitment to a bounty.

use app_core::action::{ActionError, Tools, secret};
use bounty::{BOUNTY_MARKET, Role, secret_request};
use protocol::{cid::Cid, commitment::Secret};

/// Asks the wallet to sign what is being committed. Moves no money.
///
/// # Errors
/// [`ActionError`] when the wallet refuses or signs in a form from which nothing can be derived.
pub async fn derive(tools: Tools, role: Role, committed: &Cid) -> Result<Secret, ActionError> {
    let market = tools.deployment().demand(BOUNTY_MARKET)?;
    secret::derive(tools, &secret_request(market, role, committed)).await
}

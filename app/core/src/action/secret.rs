//! Deriving a salt and seed from a wallet signature.

use protocol::{
    cid::Cid,
    commitment::Secret,
    typed_data::{Role, secret_request},
};

use super::{ActionError, Tools};

/// Asks the wallet to sign what is being committed. Moves no money.
///
/// # Errors
/// [`ActionError`] when the wallet refuses or signs in a form from which nothing can be derived.
pub async fn derive(tools: Tools, role: Role, committed: &Cid) -> Result<Secret, ActionError> {
    let account = tools.account()?;
    let deployment = tools.deployment();
    let request = secret_request(deployment.chain_id, deployment.demand(bounty::BOUNTY_MARKET)?, role, committed);
    let signature = tools.wallet.sign_typed(account, &request).await?;
    Ok(Secret::from_signature(&signature)?)
}

//! Deriving a salt and seed from a wallet signature.

use protocol::{commitment::Secret, typed_data::SecretRequest};

use super::{ActionError, Tools};

/// Asks the wallet to sign what a family derives a secret from. Moves no money.
///
/// # Errors
/// [`ActionError`] when the wallet refuses or signs in a form from which nothing can be derived.
pub async fn derive(tools: Tools, request: &SecretRequest) -> Result<Secret, ActionError> {
    let account = tools.account()?;
    let data = request.typed_data(tools.deployment().chain_id);
    let signature = tools.wallet.sign_typed(account, &data).await?;
    Ok(Secret::from_signature(&signature)?)
}

//! Letting a contract take exactly what a call locks, by signature (EIP-2612).

use coin::PermitSignature;
use leptos::prelude::GetUntracked;
use protocol::{
    Address, Amount,
    typed_data::{Permit, permit_request},
};

use super::{ActionError, Tools};
use crate::wallet::WalletError;

/// Seconds for which a permit is valid.
const VALID_FOR: u64 = 3_600;

/// Asks the wallet to let `spender` take `value`; `None` where nothing is to be taken.
///
/// # Errors
/// [`ActionError`] when the wallet refuses, or the account holds less than `value`.
pub async fn ask(tools: Tools, spender: Address, value: Amount) -> Result<Option<PermitSignature>, ActionError> {
    ask_for_most(tools, spender, value, value).await
}

/// Asks the wallet to let `spender` take at most `value`, of which `missing` is to come out of the account: the rest is what
/// it has in the contract already, as far as is known now. `None` where nothing is missing.
///
/// # Errors
/// [`ActionError`] when the wallet refuses, or the account holds less than `missing`.
pub async fn ask_for_most(
    tools: Tools,
    spender: Address,
    value: Amount,
    missing: Amount,
) -> Result<Option<PermitSignature>, ActionError> {
    if missing == Amount::ZERO {
        return Ok(None);
    }
    let account = tools.account()?;
    let deployment = tools.deployment();
    let coin = deployment.demand(coin::MODEL_COIN)?;
    let balances = tools.reader.balances(account).await?;
    if balances.coin < missing {
        return Err(WalletError::NotEnough { holds: balances.coin.to_string(), needs: missing.to_string() }.into());
    }
    let permit = Permit {
        owner: account,
        spender,
        value,
        nonce: balances.permit_nonce,
        deadline: tools.clock.now.get_untracked() + VALID_FOR,
    };
    let signature = tools.wallet.sign_typed(account, &permit_request(deployment.chain_id, coin, &permit)).await?;
    let signature =
        PermitSignature::from_hex(&signature, permit.deadline).map_err(|_| protocol::commitment::SignatureError)?;
    Ok(Some(signature))
}

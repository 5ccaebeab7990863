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
    if value == Amount::ZERO {
        return Ok(None);
    }
    let account = tools.account()?;
    let deployment = tools.deployment();
    let coin = deployment.demand(coin::MODEL_COIN)?;
    let balances = tools.reader.balances(account).await?;
    if balances.coin < value {
        return Err(WalletError::NotEnough { holds: balances.coin.to_string(), needs: value.to_string() }.into());
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

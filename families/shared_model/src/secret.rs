//! Which message a wallet signs for the salt of a commitment to a contribution.

use protocol::{
    Address,
    cid::Cid,
    typed_data::{ContextValue, SecretRequest},
};

/// The request whose signature yields the salt of a contribution to the market in `model`. Wallet, sample and label
/// together give the same salt again in any browser; the message never changes once something was committed under it.
pub fn contribution_secret(model: Address, label: u16, sample: &[u8]) -> SecretRequest {
    let purpose = "Derive the secret salt of my contribution. Sign this only on ModelMarket; it moves no money.";
    let context = vec![("role", ContextValue::Text("contributor".to_owned()))];
    let committed = [&label.to_be_bytes()[..], sample].concat();
    SecretRequest::new(model, purpose, context, &Cid::of_block(&committed))
}

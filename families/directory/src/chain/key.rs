//! The key of an organisation in the directory, to which results are sealed: a wallet's signature yields it.

use protocol::{
    Address,
    cid::Cid,
    typed_data::{ContextValue, SecretRequest},
};

/// What an organisation's wallet signs for a version of its key, from 1; the salt of the secret is the X25519 secret. The
/// same wallet has the key again on any device. `directory` is the contract.
pub fn key_request(directory: Address, account: Address, version: u32) -> SecretRequest {
    let context = vec![
        ("role", ContextValue::Text("directory".into())),
        ("account", ContextValue::Address(account)),
        ("keyVersion", ContextValue::Number(version.into())),
    ];
    let purpose = "Make the key to which results of learning together are sealed for you. Sign this only on ModelMarket: \
                   who has the signature can read those results.";
    SecretRequest::new(directory, purpose, context, &Cid::of_block(format!("{account} {version}").as_bytes()))
}

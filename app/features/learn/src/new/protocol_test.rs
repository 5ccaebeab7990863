//! Messages of secrets, hashed by ethers (EIP-712). The digest was computed with eth-account 0.14.0 (Python).

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ethers_core::types::transaction::eip712::{Eip712, TypedData};
use protocol::{
    cid::Cid,
    typed_data::{ContextValue, SecretRequest, SecretVersion},
};

const CHAIN_ID: u64 = 31_337;

fn committed() -> Cid {
    "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku".parse().unwrap()
}

fn request() -> SecretRequest {
    let context = vec![
        ("grant", ContextValue::Number(12)),
        ("party", ContextValue::Address("0x70997970C51812dc3A010C7d01b50e0d17dc79C8".parse().unwrap())),
        ("stage", ContextValue::Text("first".to_owned())),
    ];
    let contract = "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512".parse().unwrap();
    SecretRequest::new(contract, "Derive the secret of my update. It moves no money.", context, &committed())
}

fn digest(request: &SecretRequest) -> String {
    let typed: TypedData = serde_json::from_value(request.typed_data(CHAIN_ID)).unwrap();
    hex::encode(typed.encode_eip712().unwrap())
}

#[test]
fn a_new_message_names_its_version_and_the_family_s_context() {
    let message = request().typed_data(CHAIN_ID);
    let names: Vec<_> = message["types"]["Secret"].as_array().unwrap().iter().map(|f| f["name"].clone()).collect();
    assert_eq!(names, ["purpose", "version", "grant", "party", "stage", "committed"]);
    assert_eq!(message["message"]["version"], "2");
    assert_eq!(digest(&request()), "35150f5ae7c7700e525d6e165dd527d162fe13601e55a7e92f7dc2503f652388");
}

#[test]
fn whatever_differs_gives_another_secret() {
    let known = digest(&request());
    let others = [
        SecretRequest { version: SecretVersion::V1, ..request() },
        SecretRequest { contract: protocol::Address([1; 20]), ..request() },
        SecretRequest { purpose: "Another purpose.".to_owned(), ..request() },
        SecretRequest { context: vec![("grant", ContextValue::Number(12))], ..request() },
        SecretRequest { committed: Cid::of_block(b"another file"), ..request() },
    ];
    for other in others {
        assert_ne!(digest(&other), known, "{other:?}");
    }
}

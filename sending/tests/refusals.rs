//! What wallets and nodes throw, as they were seen to in public, and the sentence for it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use sending::{Doubt, WalletError, said};
use serde_json::{Value, json};

fn of(method: &str, thrown: Value) -> WalletError {
    WalletError::from_thrown(method, &thrown)
}

const SEND: &str = "eth_sendTransaction";
const SWITCH: &str = "wallet_switchEthereumChain";

#[test]
fn a_person_who_says_no_is_understood_in_every_dialect() {
    for thrown in [
        json!({"code": 4001, "message": "MetaMask Tx Signature: User denied transaction signature."}),
        json!({"code": "4001", "message": "denied"}),
        json!({"code": -32603, "message": "Signature: User denied message signature."}),
        json!({"code": -32603, "message": "Internal error.", "data": {"code": 4001, "message": "denied"}}),
        json!({"code": -32603, "message": "Internal error.", "data": {"originalError": {"code": 4001}}}),
        json!({"code": -32603, "data": {"cause": {"code": 4001, "message": null}}}),
        json!({"code": 5000, "message": "User rejected."}),
        json!({"code": 5001, "message": "User disapproved requested chains"}),
        json!({"code": "ACTION_REJECTED", "message": "user rejected action", "reason": "rejected"}),
        json!({"cause": {"cause": {"code": 4001}}, "shortMessage": "Request failed."}),
        json!({"info": {"error": {"code": 4001, "message": "ethers-user-denied"}}, "code": "UNKNOWN_ERROR"}),
        json!({"error": {"code": -32000, "message": "Request rejected"}}),
        json!({"code": -32000, "message": "Popup closed"}),
        json!("User rejected the transaction"),
        json!("Transaction was rejected by the user"),
        json!("{\"code\":4001,\"message\":\"denied\"}"),
        json!({"message": "Ledger device: Condition of use not satisfied (denied by the user?) (0x6985)"}),
    ] {
        let error = of(SEND, thrown.clone());
        assert_eq!(error, WalletError::Refused, "{thrown}");
        assert_eq!(error.doubt(), Doubt::None);
    }
    assert_eq!(WalletError::Refused.to_string(), "You refused in the wallet. Nothing was sent; you can try again.");
    for thrown in [json!({}), json!(null), json!([]), json!(""), json!({"message": ""}), json!(7)] {
        let error = of(SEND, thrown.clone());
        assert!(error.to_string().contains("no reason given"), "{thrown} gave {error}");
    }
}

#[test]
fn an_unknown_chain_is_found_however_deep_its_code_is() {
    for thrown in [
        json!({"code": 4902, "message": "Unrecognized chain ID \"0x7a69\". Try adding the chain first."}),
        json!({"code": -32603, "message": "Unrecognized chain ID. Try adding it first.", "data": {"originalError": {"code": 4902}}}),
        json!({"code": -32603, "data": {"originalError": {"code": "4902"}}}),
        json!({"code": -32000, "message": "chain not added"}),
        json!({"cause": {"code": 4902}}),
        json!("Unrecognized chain ID 0x7a69"),
    ] {
        assert_eq!(of(SWITCH, thrown.clone()), WalletError::UnknownChain, "{thrown}");
    }
    let lacks =
        json!({"code": -32601, "message": "the method wallet_switchEthereumChain does not exist/is not available"});
    assert!(of(SWITCH, lacks).is_unsupported());
}

#[test]
fn revert_data_is_found_wherever_it_is() {
    let data = format!("0x08c379a0{}", "00".repeat(64));
    for thrown in [
        // geth, Erigon, Nethermind, Alchemy; Parity and OpenEthereum; MetaMask; Hardhat; Ganache; ethers; viem.
        json!({"code": 3, "message": "execution reverted: no", "data": data}),
        json!({"code": -32015, "message": "VM execution error.", "data": format!("Reverted {data}")}),
        json!({"code": -32603, "message": "Internal JSON-RPC error.", "data": {"code": 3, "message": "execution reverted", "data": data}}),
        json!({"code": -32603, "message": "x", "data": {"originalError": {"code": 3, "data": data, "message": "execution reverted"}}}),
        json!({"code": -32603, "message": "Error: VM Exception while processing transaction: reverted", "data": {"message": "Error: VM", "txHash": "0x11", "data": data}}),
        json!({"code": -32000, "data": {"0xcdcd": {"error": "revert", "program_counter": 1, "return": data}, "stack": ""}}),
        json!({"code": "CALL_EXCEPTION", "error": {"body": format!("{{\"error\":{{\"code\":3,\"data\":\"{data}\"}}}}")}}),
        json!({"message": format!("execution reverted (action=\"estimateGas\", data=\"{data}\", reason=null)")}),
        json!({"cause": {"cause": {"data": data}}}),
        json!({"message": format!("[ethjs-query] while formatting outputs from RPC '{{\"value\":{{\"code\":-32603,\"data\":{{\"code\":3,\"data\":\"{data}\"}}}}}}'")}),
    ] {
        assert_eq!(said(&thrown).revert.as_deref(), Some(data.as_str()), "{thrown}");
        assert!(matches!(of(SEND, thrown.clone()), WalletError::Other { data: Some(_), .. }), "{thrown}");
        assert_eq!(of(SEND, thrown).doubt(), Doubt::None);
    }
    // Addresses and hashes are no reverts.
    for text in ["0x70997970C51812dc3A010C7d01b50e0d17dc79C8", &format!("0x{}", "5e".repeat(32)), "0x", "0xzz"] {
        assert_eq!(said(&json!({"message": "no", "data": text})).revert, None, "{text}");
    }
    // A contract's words that sound like a person's do not become a refusal of the person.
    let worded = json!({"code": 3, "message": "execution reverted: user rejected by the list", "data": data});
    assert!(matches!(of(SEND, worded), WalletError::Other { data: Some(_), .. }));
}

#[test]
fn nodes_refusals_of_transactions_have_their_own_sentences() {
    let hardhat =
        "Nonce too high. Expected nonce to be 0 but got 7. Note that transactions can't be queued when automining.";
    let cases = [
        (
            json!({"code": -32603, "message": "Internal JSON-RPC error.", "data": {"code": -32000, "message": hardhat}}),
            WalletError::NumberTooHigh,
        ),
        (json!({"code": -32000, "message": "nonce too low: next nonce 5, tx nonce 4"}), WalletError::NumberUsed),
        (
            json!({"code": -32010, "message": "OldNonce, Current nonce: 5, nonce of rejected tx: 4"}),
            WalletError::NumberUsed,
        ),
        (json!({"code": -32000, "message": "replacement transaction underpriced"}), WalletError::Underpriced),
        (
            json!({"code": -32000, "message": "insufficient funds for gas * price + value: balance 0, tx cost 9"}),
            WalletError::NoFunds,
        ),
        (json!({"code": -32603, "message": "Sender doesn't have enough funds to send tx."}), WalletError::NoFunds),
        (
            json!({"code": -32000, "message": "max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1"}),
            WalletError::FeeTooLow,
        ),
        (json!({"code": -32000, "message": "transaction underpriced"}), WalletError::FeeTooLow),
        (json!({"code": -32000, "message": "intrinsic gas too low"}), WalletError::GasLimit),
        (json!({"code": -32000, "message": "exceeds block gas limit"}), WalletError::GasLimit),
        (
            json!({"code": -32000, "message": "oversized data: transaction size 140000, limit 131072"}),
            WalletError::TooLarge,
        ),
        (json!({"code": -32000, "message": "already known"}), WalletError::AlreadyKnown),
        (json!({"code": -32010, "message": "AlreadyKnown"}), WalletError::AlreadyKnown),
        (
            json!({"code": -32002, "message": "Request of type 'wallet_requestPermissions' already pending"}),
            WalletError::Busy,
        ),
        (json!({"code": 4100, "message": "not authorised"}), WalletError::Unauthorized),
        (json!({"code": 4900, "message": "disconnected"}), WalletError::Disconnected),
        (json!({"code": 4901, "message": "chain disconnected"}), WalletError::ChainDisconnected),
    ];
    for (thrown, wanted) in cases {
        assert_eq!(of(SEND, thrown.clone()), wanted, "{thrown}");
    }
    let lost = of(SEND, json!({"code": -32603, "message": "Failed to fetch"}));
    assert!(matches!(lost, WalletError::ConnectionLost(_)));
}

/// After these a transaction may be on its way: the same must not be offered again without a word.
#[test]
fn an_error_that_does_not_say_whether_something_was_sent_is_not_taken_for_a_refusal() {
    for message in ["already known", "Failed to fetch", "request timed out", "502 Bad Gateway", "socket hang up"] {
        assert_eq!(of(SEND, json!({"code": -32603, "message": message})).doubt(), Doubt::Real, "{message}");
    }
    assert_eq!(of(SEND, json!({})).doubt(), Doubt::Slight);
    assert_eq!(of(SEND, json!({"code": -32603, "message": "Internal JSON-RPC error."})).doubt(), Doubt::Slight);
    assert_eq!(of(SEND, json!({"code": -32000, "message": "insufficient funds for gas"})).doubt(), Doubt::None);
}

#[test]
fn an_error_that_wraps_itself_or_is_long_ends() {
    let mut deep = json!({"code": 4001});
    for _ in 0..200 {
        deep = json!({"cause": deep});
    }
    assert!(of(SEND, deep).to_string().contains("no reason given"));
    let long = of(SEND, json!({"message": "x".repeat(100_000)})).to_string();
    assert!(long.chars().count() < 400, "{}", long.len());
    let inner = of(
        SEND,
        json!({"code": -32603, "message": "Internal JSON-RPC error.", "data": {"message": "the moon is full"}}),
    );
    assert_eq!(inner.to_string(), "The wallet reports: the moon is full");
}

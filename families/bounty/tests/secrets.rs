//! What wallets sign for bounties, and what is derived from it, never changes: bounties that are posted would be lost.
//!
//! Digests, signatures, salts and seeds were computed with eth-account 0.14.0 and hashlib (Python), with the first key of
//! the mnemonic "test test test test test test test test test test test junk".

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use bounty::{PostNumber, Role, secret_request};
use ethers_core::types::transaction::eip712::{Eip712, TypedData};
use protocol::commitment::Secret;

const CHAIN_ID: u64 = 31_337;
const MARKET: &str = "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512";
const COMMITTED: &str = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

const POST: PostNumber = PostNumber([0, 0xc0, 0xff, 0xee, 0x01, 0x23, 0xbe, 0xef]);

/// One message, and what follows from it.
struct Known {
    role: Role,
    message: &'static str,
    digest: &'static str,
    signature: &'static str,
    salt: &'static str,
    seed: &'static str,
}

const KNOWN: [Known; 2] = [
    Known {
        role: Role::Requester,
        message: include_str!("vectors/requester.json"),
        digest: "4256083db380e838174d6693a5d23a353d29a2feab878b795bd2775c7b7884ee",
        signature: "0xfaab11553a14255d456d84a767d4dbe7468028bc0ffe4b73fed896ec5e2293a0\
                    4cf56593114354136662fa14aa95403913febea5d2feff91a8632e319afa56521c",
        salt: "4a59db3a9df79a1d11706f5b398902e85eeff621a9e0c1b5a6ef3faa19c2db6f",
        seed: "f820014c1c43d66699e69820ea0877c9cf6af22b08da9ef852cb47aebb3d199e",
    },
    Known {
        role: Role::Trainer { bounty: 7 },
        message: include_str!("vectors/trainer.json"),
        digest: "ed3e871a620b95cf1b17984a249db7e7eaafcb4f5d883e8f6e2b8363ce51a8ea",
        signature: "0x756d168867f875199af181d8e229d56e98ea5d400f18f8de08baef6767aa7ecd\
                    3b23f7b0cc23ff4ae873172f0a2d68156189ea82a4b9f3dc920d2e55528379721b",
        salt: "8431a9bed577cdc803b06d33b41f6a9efdbfb8ecca3db90ac8dabc1f00570df1",
        seed: "25cfff6cd0ee6b6e73a300f44df486f210c947f47968882aca964a83cebe3795",
    },
];

#[test]
fn the_message_is_the_one_that_posted_bounties_were_signed_with() {
    for known in KNOWN {
        let request = secret_request(MARKET.parse().unwrap(), known.role, POST, &COMMITTED.parse().unwrap());
        let message = request.typed_data(CHAIN_ID);
        let expected: serde_json::Value = serde_json::from_str(known.message).unwrap();
        assert_eq!(message, expected, "{:?}", known.role);
        assert_eq!(message.to_string(), expected.to_string(), "to the byte");
        let typed: TypedData = serde_json::from_value(message).unwrap();
        assert_eq!(hex::encode(typed.encode_eip712().unwrap()), known.digest, "{:?}", known.role);
    }
}

#[test]
fn a_signature_gives_the_salt_and_the_seed_that_it_always_gave() {
    for known in KNOWN {
        let secret = Secret::from_signature(known.signature).unwrap();
        assert_eq!(hex::encode(secret.salt()), known.salt, "{:?}", known.role);
        assert_eq!(hex::encode(secret.seed()), known.seed, "{:?}", known.role);
    }
}

#[test]
fn the_same_file_posted_again_is_signed_with_another_message() {
    let message = |post| {
        let request = secret_request(MARKET.parse().unwrap(), Role::Requester, post, &COMMITTED.parse().unwrap());
        let typed: TypedData = serde_json::from_value(request.typed_data(CHAIN_ID)).unwrap();
        typed.encode_eip712().unwrap()
    };
    assert_ne!(message(POST), message(PostNumber([0, 0xc0, 0xff, 0xee, 0x01, 0x23, 0xbe, 0xee])));
}

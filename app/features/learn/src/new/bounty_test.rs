//! What wallets sign for bounties, and what is derived from it, never changes: bounties that are posted would be lost.
//!
//! Digests, signatures, salts and seeds were computed with eth-account 0.14.0 and hashlib (Python), with the first key of
//! the mnemonic "test test test test test test test test test test test junk".

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use bounty::{Role, secret_request};
use ethers_core::types::transaction::eip712::{Eip712, TypedData};
use protocol::commitment::Secret;

const CHAIN_ID: u64 = 31_337;
const MARKET: &str = "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512";
const COMMITTED: &str = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

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
        digest: "a6ce8c5c08773d801e6f21bebeeb096107439dff021796cfba6d258cd90a939a",
        signature: "0x7f012301a7867516daadbecfd36f2fb059a8a9a09f065adf7be609fc326f5d7e\
                    68cc94a07c6ae5c82c05388558713a085f427814572c91688429b05b8f28f73c1c",
        salt: "481289d350283772feb6ac2d171edfc140f607fa71ccb93ba5f5a086f3cf77e8",
        seed: "31b0d3287c34c36dd9232d8064cc6b5d3a67ca79578dd3ba88accb7afdaa98ac",
    },
    Known {
        role: Role::Trainer { bounty: 7 },
        message: include_str!("vectors/trainer.json"),
        digest: "bc8307563f6d176a88b0e04676d87cbb1dc3aaa0bdc485c800e6027444585365",
        signature: "0xf055a4f98bcc41d43f31232294abd3a23d54762f5f4583bcfede08e1683459ee\
                    49bfe2d5c70bf98dfbf1270b918d938a9fb3cf43011c5f7433dd15b04a643b2c1b",
        salt: "931be593f833b925b3bf794cd55936b9c930b8efe8de38726c21085e9bc05137",
        seed: "6ee996f51a1db05a38c7dfaf739d1ae12b260710900d0372724acbac00317a21",
    },
];

#[test]
fn the_message_is_the_one_that_posted_bounties_were_signed_with() {
    for known in KNOWN {
        let request = secret_request(MARKET.parse().unwrap(), known.role, &COMMITTED.parse().unwrap());
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

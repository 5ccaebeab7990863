//! Whose key it is: what a node and a relay that lie together cannot do.

use alloy_consensus::TxEip1559;
use alloy_eips::Decodable2718;
use alloy_primitives::TxKind;
use protocol::Address;

use super::{Pair, account, address, confirm, confirmation, line, random, secret, sign, terms, transaction};
use crate::{Confirmed, LinkError, Own, Proof, Seat, Terms, confirmation::check};

#[test]
fn the_confirmation_of_the_seat_itself_is_taken() {
    let terms = terms(2);
    assert_eq!(check(&terms, 1, &confirmation(&terms, 1)), Ok(()));
}

/// The example of EIP-155, made and published by others.
#[test]
fn a_published_transaction_is_read_and_its_signer_found() {
    let raw = hex::decode(concat!(
        "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a0",
        "28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a0",
        "67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83"
    ))
    .unwrap();
    let terms = Terms {
        chain_id: 1,
        contract: Address([0x35; 20]),
        seats: vec![Seat {
            address: "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F".parse().unwrap(),
            roles: 0,
            key: [1; 32],
            proof: Proof::Transaction,
        }],
        // Its call data is empty.
        confirmed: |input| input.is_empty().then_some(Confirmed { task: 7, key: [1; 32] }),
        ..terms(0)
    };
    assert_eq!(check(&terms, 0, &raw), Ok(()));
    let elsewhere = Terms { chain_id: 2, ..terms.clone() };
    assert_eq!(check(&elsewhere, 0, &raw), Err(LinkError::OtherTask { seat: 0 }));
}

#[test]
fn every_other_confirmation_is_refused() {
    let terms = terms(2);
    let key = terms.seats[1].key;
    let right = || transaction(&terms, confirm(7, &key));
    let by = |transaction: TxEip1559| sign(transaction, &account(1));
    let seat = 1;
    let stranger = address(&account(5));
    let cases = [
        (sign(right(), &account(5)), LinkError::Signer { seat, expected: terms.seats[1].address, found: stranger }),
        (by(transaction(&terms, confirm(8, &key))), LinkError::OtherTask { seat }),
        (by(TxEip1559 { chain_id: 1, ..right() }), LinkError::OtherTask { seat }),
        (by(TxEip1559 { to: TxKind::Call([1; 20].into()), ..right() }), LinkError::OtherTask { seat }),
        (by(TxEip1559 { to: TxKind::Create, ..right() }), LinkError::OtherTask { seat }),
        (by(transaction(&terms, confirm(7, &[1; 32]))), LinkError::OtherKey { seat }),
        (by(transaction(&terms, b"else".to_vec())), LinkError::Confirmation { seat, what: "it is another call" }),
        ([by(right()), vec![0]].concat(), LinkError::Confirmation { seat, what: "more follows it" }),
        (Vec::new(), LinkError::Confirmation { seat, what: "it is no signed transaction" }),
    ];
    for (raw, expected) in cases {
        assert_eq!(check(&terms, seat, &raw), Err(expected));
    }
    // A signature over something else recovers somebody else.
    let mut altered = by(right());
    let place = altered.len() - 80;
    altered[place] ^= 1;
    assert!(check(&terms, seat, &altered).is_err());
}

/// Both a node and the relay lie: this side is shown the key of somebody in between, and so is the other one.
#[test]
fn who_sits_in_between_with_a_false_key_is_found_out() {
    let mut random = random("in between");
    let honest = terms(2);
    // What the lying node shows seat 0: seat 1's account, with the key of the one in between.
    let mut shown = honest.clone();
    shown.seats[1].key = crate::public_key(&secret(9)).unwrap();
    for confirmation in [
        // The real one, of the real key; one that is made up; none.
        confirmation(&honest, 1),
        sign(transaction(&shown, confirm(7, &shown.seats[1].key)), &account(9)),
        Vec::new(),
    ] {
        let mut pair = Pair::new(&honest, &mut random);
        pair.lines[0] = line(&shown, 0, 1, &mut random);
        let between = Own { seat: 1, secret: secret(9).into(), confirmation };
        let made = crate::Line::new(shown.clone().into(), between.into(), 0, [4; 32], pair.now);
        pair.lines[1] = made.unwrap();
        pair.connect();
        let (side, error) = pair.carry(|_, record| vec![record]).unwrap_err();
        assert_eq!(side, 0);
        assert!(
            matches!(
                error,
                LinkError::OtherKey { seat: 1 } | LinkError::Signer { seat: 1, .. } | LinkError::Confirmation { .. }
            ),
            "{error}"
        );
        assert!(pair.lines[0].association().is_none() && pair.lines[0].next_record().is_none());
    }
}

/// As nodes tell of a transaction: numbers without leading zeros, everything in hexadecimal.
fn told(transaction: &TxEip1559, raw: &[u8]) -> std::collections::BTreeMap<&'static str, String> {
    let signed = alloy_consensus::TxEnvelope::decode_2718(&mut &raw[..]).unwrap();
    let signature = *signed.signature();
    let number = |number: u128| format!("{number:#x}");
    [
        ("type", "0x2".into()),
        ("chainId", number(transaction.chain_id.into())),
        ("nonce", number(transaction.nonce.into())),
        ("gas", number(transaction.gas_limit.into())),
        ("maxFeePerGas", number(transaction.max_fee_per_gas)),
        ("maxPriorityFeePerGas", number(transaction.max_priority_fee_per_gas)),
        ("to", transaction.to.to().unwrap().to_string()),
        ("value", format!("{:#x}", transaction.value)),
        ("input", transaction.input.to_string()),
        ("v", number(signature.v().into())),
        ("r", format!("{:#x}", signature.r())),
        ("s", format!("{:#x}", signature.s())),
    ]
    .into()
}

#[test]
fn a_transaction_is_rebuilt_from_what_a_node_tells_and_only_the_one_with_the_hash() {
    let terms = terms(2);
    for nonce in 0..20 {
        let key = terms.seats[1].key;
        let transaction = TxEip1559 { nonce, ..transaction(&terms, confirm(7, &key)) };
        let raw = sign(transaction.clone(), &account(1));
        let hash = protocol::keccak(&[&raw]);
        let told = told(&transaction, &raw);
        let from = |told: &std::collections::BTreeMap<&'static str, String>| {
            let told = told.clone();
            let leaked: std::collections::BTreeMap<&str, &str> =
                told.iter().map(|(name, text)| (*name, text.as_str())).collect();
            crate::confirmation::rebuilt(&hash, |name| leaked.get(name).copied())
        };
        assert_eq!(from(&told), Some(raw.clone()));
        assert_eq!(check(&terms, 1, &from(&told).unwrap()), Ok(()));
        // Whatever a node tells otherwise, it has another hash.
        for name in told.keys() {
            for lie in ["0x7", "0x", "none"] {
                let mut lying = told.clone();
                lying.insert(name, lie.into());
                assert!(from(&lying).is_none_or(|found| found == raw), "{name}: {lie}");
            }
            let mut lacking = told.clone();
            lacking.remove(name);
            assert_eq!(from(&lacking), None, "without {name}");
        }
    }
}

/// The example of EIP-155 in the words of a node.
#[test]
fn a_published_transaction_of_the_first_kind_is_rebuilt() {
    let raw = hex::decode(concat!(
        "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a0",
        "28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a0",
        "67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83"
    ))
    .unwrap();
    let field = |name: &str| {
        Some(match name {
            "nonce" => "0x9",
            "gasPrice" => "0x4a817c800",
            "gas" => "0x5208",
            "to" => "0x3535353535353535353535353535353535353535",
            "value" => "0xde0b6b3a7640000",
            "input" => "0x",
            "v" => "0x25",
            "r" => "0x28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276",
            "s" => "0x67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83",
            _ => return None,
        })
    };
    assert_eq!(crate::confirmation::rebuilt(&protocol::keccak(&[&raw]), field), Some(raw));
}

//! Who may do what, which shapes there can be, and models as large as they get.

use contracts::returns;
use ethers_core::abi::{Token, encode};
use protocol::Address;
use rand::{SeedableRng, rngs::StdRng};
use shared_model::{ClassifierKind, Form, Shape, calls::classifier, lanes};

use super::{
    draw, expected,
    pair::{MODEL, Pair, call},
};
use crate::harness::{Chain, Failure, seed};

#[track_caller]
fn reverts(result: Result<impl std::fmt::Debug, Failure>, with: &[u8]) {
    match result {
        Err(Failure::Reverted { data, .. }) => assert_eq!(hex::encode(data), hex::encode(with)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_model_alone_changes_its_classifier() {
    let stranger = Address([0x57; 20]);
    for kind in ClassifierKind::ALL {
        let mut random = StdRng::seed_from_u64(1);
        let shape = draw::sized(kind, 12, 3, &mut random);
        let mut pair = Pair::ready(shape.clone(), &draw::words(&shape, &mut random));
        let sample = Token::Bytes(draw::sample(&shape, &mut random));
        let arguments = encode(&[Token::Address(stranger.0.into()), Token::Address(MODEL.0.into())]);
        let refusal = [&expected::error("NotModel(address,address)", &[])[..4], &arguments].concat();
        let zero = Token::Uint(0.into());
        for data in [
            call("load(uint32,bytes)", &[zero.clone(), sample.clone()]),
            call("teach(bytes,uint16)", &[sample.clone(), zero]),
            call("addClass()", &[]),
            call("restart()", &[]),
        ] {
            reverts(pair.chain.send(stranger, pair.address, data), &refusal);
        }
        pair.compare();
    }
}

#[test]
fn a_clone_tells_its_shape() {
    for kind in ClassifierKind::ALL {
        let shape = draw::sized(kind, 31, 5, &mut StdRng::seed_from_u64(2));
        let mut pair = Pair::new(shape.clone());
        let mut count = |data| returns::count(&pair.view(data).unwrap()).unwrap();
        assert_eq!(count(classifier::kind()), u64::from(kind.number()));
        assert_eq!(count(classifier::features()), 31);
        assert_eq!(count(classifier::capacity()), 5);
        assert_eq!(count(classifier::setting()), u64::from(shape.setting));
        assert_eq!(returns::address(&pair.view(classifier::model()).unwrap()).unwrap(), MODEL);
        assert!(!returns::boolean(&pair.view(classifier::ready()).unwrap()).unwrap());
        pair.load(0, &vec![0; shape.needed() * lanes::WORD_BYTES]);
        assert!(returns::boolean(&pair.view(classifier::ready()).unwrap()).unwrap());
    }
}

#[test]
fn shapes_are_refused_for_the_same_reason() {
    let mut chain = Chain::new();
    let implementations =
        ClassifierKind::ALL.map(|kind| chain.deploy(MODEL, shared_model::deploy::classifier(kind).unwrap()));
    let changes: [fn(&mut Shape); 14] = [
        |_| (),
        |shape| shape.features = 0,
        |shape| shape.features = 4_096,
        |shape| shape.features = 4_097,
        |shape| shape.features = 100_001,
        |shape| shape.capacity = 1,
        |shape| shape.capacity = 65,
        |shape| shape.classes = 1,
        |shape| shape.classes = 6,
        |shape| shape.setting = 0,
        |shape| shape.setting = 8_000_001,
        |shape| shape.setting = 1_000_000_001,
        |shape| shape.headers.push(0),
        |shape| shape.headers[1] = 1 << 23,
    ];
    let mut met = [0; 7];
    for (kind, implementation) in ClassifierKind::ALL.into_iter().zip(implementations) {
        for (number, change) in changes.iter().enumerate() {
            let mut shape = draw::sized(kind, 31, 5, &mut StdRng::seed_from_u64(3));
            change(&mut shape);
            let mut bytes = shape.to_bytes();
            if number == 0 {
                bytes.extend_from_slice(&[0, 0]);
            }
            let answer = chain.view(implementation, classifier::check_shape(&bytes));
            match Shape::from_bytes(kind, &bytes) {
                Ok(_) => {
                    met[6] += 1;
                    assert!(answer.is_ok());
                }
                Err(why) => {
                    met[usize::from(why.field())] += 1;
                    reverts(answer, &expected::of(&why.into()));
                }
            }
        }
        reverts(
            chain.view(implementation, classifier::check_shape(&[0; 8])),
            &expected::error("BadShape(uint256)", &[0]),
        );
    }
    assert!(met.iter().all(|times| *times > 0), "each reason and none is met: {met:?}");
}

/// The largest shapes that there can be, of which only the first words are loaded where all would take too long.
#[test]
fn large_models_agree() {
    let mut random = StdRng::seed_from_u64(seed("large_models_agree"));
    for kind in ClassifierKind::ALL {
        let (features, capacity) = match kind.form() {
            Form::Dense => (4_096, 2),
            Form::Sparse => (5_000, 3),
        };
        let shape = draw::sized(kind, features, capacity, &mut random);
        let mut pair = Pair::new(shape.clone());
        for (chunk, words) in draw::words(&shape, &mut random).chunks(200 * lanes::WORD_BYTES).enumerate() {
            pair.load(200 * chunk, words);
        }
        for _ in 0..3 {
            let sample = draw::sample(&shape, &mut random);
            pair.ask(&sample);
            pair.teach(&sample, 1);
            pair.teach(&sample, 0);
        }
        pair.compare();
    }
}

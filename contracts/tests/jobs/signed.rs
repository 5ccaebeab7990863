//! Quotes and vouchers: what they are bound to, and that none serves twice or elsewhere.

use ethers_core::types::transaction::eip712::{Eip712, TypedData};
use jobs::{Move, Quote, State, calls, typed_data};
use protocol::{Address, Amount, Digest, typed_data::Permit};
use serde_json::json;

use super::scene::{FILE, PRICE, RIGHT, SALT, Scene, UNITS, files, person};
use crate::harness::{account, chain::CHAIN_ID, permit::Wallet, reverts};

/// A call with a signature that is made here, by who must sign, over a digest.
fn sent(scene: &mut Scene, who: u8, data: Vec<u8>) -> Result<crate::harness::Receipt, crate::harness::Failure> {
    let jobs = scene.jobs;
    scene.chain.send(person(who), jobs, data)
}

#[track_caller]
fn not_signed<T: std::fmt::Debug>(met: Result<T, crate::harness::Failure>, signer: Address) {
    let shown = format!("{met:?}");
    assert!(shown.contains("NotSignedBy") && shown.contains(&signer.short().to_string()), "{shown}");
}

#[test]
fn digests_are_what_wallets_sign() {
    let scene = Scene::new(1);
    let quote = scene.quote(10);
    let terms = typed_data::terms(&scene.terms());
    let hex = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
    let domain = json!({ "name": "ModelMarket jobs", "version": "1", "chainId": CHAIN_ID, "verifyingContract": hex(&scene.jobs.0) });
    let domain_type = json!([
        { "name": "name", "type": "string" }, { "name": "version", "type": "string" },
        { "name": "chainId", "type": "uint256" }, { "name": "verifyingContract", "type": "address" },
    ]);
    let request = json!({
        "types": { "EIP712Domain": domain_type, "Quote": [
            { "name": "job", "type": "uint64" }, { "name": "terms", "type": "bytes32" },
            { "name": "provider", "type": "address" }, { "name": "price", "type": "uint80" },
            { "name": "units", "type": "uint40" }, { "name": "expiry", "type": "uint40" },
            { "name": "nonce", "type": "uint64" },
        ] },
        "primaryType": "Quote", "domain": domain.clone(),
        "message": { "job": 7, "terms": hex(&terms.0), "provider": hex(&quote.provider.0), "price": quote.price.0 as u64,
            "units": quote.units, "expiry": quote.expiry, "nonce": quote.nonce },
    });
    let hash = |request| Digest(serde_json::from_value::<TypedData>(request).unwrap().encode_eip712().unwrap());
    assert_eq!(hash(request), scene.of(7).quote(terms, &quote));
    assert_eq!(hash(scene.of(7).quote_request(terms, &quote)), scene.of(7).quote(terms, &quote));
    let request = json!({
        "types": { "EIP712Domain": domain_type, "Voucher": [
            { "name": "job", "type": "uint64" }, { "name": "provider", "type": "address" },
            { "name": "units", "type": "uint40" }, { "name": "checkpoint", "type": "bytes32" },
        ] },
        "primaryType": "Voucher", "domain": domain,
        "message": { "job": 7, "provider": hex(&quote.provider.0), "units": 300, "checkpoint": hex(&FILE.0) },
    });
    assert_eq!(hash(request), scene.of(7).voucher(quote.provider, 300, FILE));
    let request = scene.of(7).voucher_request(quote.provider, 300, FILE);
    assert_eq!(hash(request), scene.of(7).voucher(quote.provider, 300, FILE));
}

#[test]
fn hashes_are_those_of_the_contract() {
    let mut scene = Scene::new(1);
    let jobs = scene.jobs;
    let domain = scene.chain.view(jobs, calls::domain_separator()).unwrap();
    assert_eq!(contracts::returns::digest(&domain).unwrap(), scene.of(1).domain_separator());
    let expected = typed_data::commitment(3, 2, person(10), typed_data::answer(RIGHT, 77), SALT);
    let data = calls::commitment_of(3, 2, person(10), RIGHT, 77, SALT);
    let found = scene.chain.view(jobs, data).unwrap();
    assert_eq!(contracts::returns::digest(&found).unwrap(), expected);
    // Texts of every length modulo a word.
    use ethers_core::abi::{Token, encode};
    for length in [0, 1, 31, 32, 33, 59, 64, 128] {
        let texts = ["a".repeat(length), "b".repeat(128 - length), "c".repeat(length / 2)];
        let packed = encode(&texts.clone().map(Token::String));
        let [workload, inputs, resumed] = texts;
        let hash = Digest(ethers_core::utils::keccak256(packed));
        assert_eq!(typed_data::files(&jobs::Files { workload, inputs, resumed }), hash);
    }
}

#[test]
fn a_quote_serves_one_job_one_provider_and_its_very_terms() {
    let mut scene = Scene::new(3);
    let terms = scene.terms();
    let (first, second) = (scene.post(1, terms), scene.post(1, terms));
    let (quote, hash) = (scene.quote(10), typed_data::terms(&terms));
    let sign = |scene: &Scene, who: Address, digest| scene.wallet(who).sign_digest(digest);
    let of = |scene: &Scene, job| scene.of(job);

    // Of another job, contract, chain; by another provider; for another price, number of units, time or nonce.
    let other_contract = typed_data::Of { contract: scene.coin, ..of(&scene, first) };
    let other_chain = typed_data::Of { chain: 1, ..of(&scene, first) };
    let changed = [
        Quote { price: Amount(PRICE.0 - 1), ..quote },
        Quote { units: UNITS + 1, ..quote },
        Quote { expiry: quote.expiry + 1, ..quote },
        Quote { nonce: 1, ..quote },
        Quote { provider: person(11), ..quote },
    ];
    let mut digests = vec![
        of(&scene, second).quote(hash, &quote),
        other_contract.quote(hash, &quote),
        other_chain.quote(hash, &quote),
        of(&scene, first).quote(Digest([1; 32]), &quote),
    ];
    digests.extend(changed.iter().map(|quote| of(&scene, first).quote(hash, quote)));
    for digest in digests {
        let signature = sign(&scene, quote.provider, digest);
        not_signed(sent(&mut scene, 1, calls::lock(first, &terms, &quote, &signature, None)), quote.provider);
    }
    let signature = sign(&scene, person(11), of(&scene, first).quote(hash, &quote));
    not_signed(sent(&mut scene, 1, calls::lock(first, &terms, &quote, &signature, None)), quote.provider);
    for broken in [&signature[..64], &[0; 65][..], &[][..]] {
        let refused = sent(&mut scene, 1, calls::lock(first, &terms, &quote, broken, None));
        reverts(refused, "NotSignedBy(address,address)", &[account(quote.provider), account(Address::ZERO)]);
    }
    // Nobody but the client locks it, though the signature is there for everybody to see.
    let lock = scene.lock(first, 10);
    assert_eq!(scene.refused(2, &lock), "NotJobClient");
    scene.does(1, &lock);
    assert_eq!(scene.refused(1, &lock), "WrongJobState");
}

#[test]
fn a_quote_ends_with_its_time_its_nonce_a_pause_and_a_price_above_the_limit() {
    let mut scene = Scene::new(4);
    let terms = scene.terms();
    let job = scene.post(1, terms);
    let with = |scene: &Scene, change: &dyn Fn(&mut Quote)| {
        let mut quote = scene.quote(10);
        change(&mut quote);
        Move::Lock { job, terms, quote, signer: quote.provider }
    };
    let now = scene.chain.now();
    for (expected, change) in [
        ("QuoteExpired", (&|quote: &mut Quote| quote.expiry = now) as &dyn Fn(&mut Quote)),
        ("PriceTooHigh", &|quote| quote.price.0 += 1),
        ("PriceTooHigh", &|quote| quote.price.0 = 0),
        ("QuoteTooSmall", &|quote| quote.units -= 1),
        ("NotProvider", &|quote| quote.provider = person(2)),
    ] {
        let lock = with(&scene, change);
        assert_eq!(scene.refused(1, &lock), expected);
        assert_eq!(scene.gain(1), 0, "nothing was locked");
    }
    let mut other = scene.lock(job, 10);
    if let Move::Lock { terms, .. } = &mut other {
        terms.stake.0 -= 1;
    }
    assert_eq!(scene.refused(1, &other), "OtherTerms");
    let lock = scene.lock(job, 10);
    scene.does(10, &Move::RevokeQuotes { nonce: 1 });
    assert_eq!(scene.refused(1, &lock), "QuoteRevoked");
    assert_eq!(scene.refused(10, &Move::RevokeQuotes { nonce: 1 }), "NonceNotHigher");
    let lock = with(&scene, &|quote| quote.nonce = 1);
    scene.does(10, &Move::Pause);
    assert_eq!(scene.refused(1, &lock), "ProviderPauses");
    scene.does(10, &Move::Offer { amount: Amount::ZERO, offer: super::scene::offer() });
    scene.does(1, &lock);
}

#[test]
fn a_stake_that_would_not_pay_the_jurors_is_no_stake() {
    let mut scene = Scene::new(2);
    let mut terms = scene.terms();
    terms.stake.0 -= 1;
    let job = scene.post(1, terms);
    let lock = scene.lock(job, 10);
    assert_eq!(scene.refused(1, &lock), "StakeTooSmall");
    // At a lower price it would.
    let quote = Quote { price: Amount(PRICE.0 - 1), ..scene.quote(10) };
    scene.does(1, &Move::Lock { job, terms, quote, signer: quote.provider });
}

#[test]
fn a_voucher_serves_one_job_and_one_provider_and_only_grows() {
    let mut scene = Scene::new(3);
    let terms = scene.terms();
    let first = scene.job_in(State::Running, terms);
    let second = scene.job_in(State::Running, terms);
    let client = person(1);
    let redeem = |job, units, signature: &[u8]| calls::redeem(job, units, FILE, signature);
    // Of another job; for another provider; of more units; of another checkpoint; by the provider itself.
    for digest in [
        scene.of(second).voucher(person(10), 500, FILE),
        scene.of(first).voucher(person(11), 500, FILE),
        scene.of(first).voucher(person(10), 499, FILE),
        scene.of(first).voucher(person(10), 500, SALT),
    ] {
        let signature = scene.wallet(client).sign_digest(digest);
        not_signed(sent(&mut scene, 10, redeem(first, 500, &signature)), client);
    }
    let signature = scene.wallet(person(10)).sign_digest(scene.of(first).voucher(person(10), 500, FILE));
    not_signed(sent(&mut scene, 10, redeem(first, 500, &signature)), client);

    scene.vouched(first, 500);
    for units in [0, 499, 500, UNITS + 1] {
        let redeem = Move::Redeem { job: first, units, checkpoint: FILE, signer: client };
        assert_eq!(scene.refused(10, &redeem), "BadVoucher", "{units} units");
    }
    // The client cannot show one itself: jurors would begin at a checkpoint on which only the client agrees.
    let own = Move::Redeem { job: first, units: 600, checkpoint: SALT, signer: client };
    assert_eq!(scene.refused(1, &own), "NotJobProvider");
    scene.vouched(first, UNITS);
}

#[test]
fn a_permit_locks_in_one_transaction() {
    let mut scene = Scene::new(2);
    let (client, provider) = (Wallet::development(3), Wallet::development(10));
    let coin = scene.coin;
    let transfer = coin::calls::transfer(client.address, Amount::mdc(1));
    scene.chain.send(crate::harness::world::DEPLOYER, coin, transfer).unwrap();
    let terms = scene.terms();
    let job = scene.post(3, terms);
    let quote = scene.quote(10);
    let signature = provider.sign_digest(scene.of(job).quote(typed_data::terms(&terms), &quote));
    let refused = sent(&mut scene, 3, calls::lock(job, &terms, &quote, &signature, None));
    assert!(format!("{refused:?}").contains("ERC20InsufficientAllowance"), "{refused:?}");
    let value = terms.escrow(quote.price);
    let deadline = scene.chain.now() + 60;
    let permit = Permit { owner: client.address, spender: scene.jobs, value, nonce: 0, deadline };
    let permit = client.sign(coin, &permit);
    sent(&mut scene, 3, calls::lock(job, &terms, &quote, &signature, Some(&permit))).unwrap();
    assert_eq!(scene.balance(client.address), Amount::mdc(1).0 - value.0);
}

#[test]
fn terms_that_break_a_rule_and_long_cids_are_refused() {
    let mut scene = Scene::new(1);
    let mut long = files();
    long.inputs = "b".repeat(129);
    let mut terms = scene.terms();
    terms.files = typed_data::files(&long);
    assert_eq!(scene.refused(1, &Move::Post { terms, files: long.clone() }), "CidTooLong");
    long.inputs.pop();
    assert_eq!(scene.refused(1, &Move::Post { terms, files: long.clone() }), "BadTerms");
    terms.files = typed_data::files(&long);
    scene.does(1, &Move::Post { terms, files: long });
}

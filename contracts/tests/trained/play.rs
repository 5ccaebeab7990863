//! Random people attest, publish and withdraw at random, and after each call the contracts must say what a small model
//! of them says, and the events must add up to the same.

use std::collections::{BTreeMap, BTreeSet};

use bounty::ReproductionCounts;
use ethers_core::abi::Token;
use protocol::Address;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use trained::{PublishedEvent, returns::ChainPublished};

use crate::harness::{
    BountyOffer, BountyRun, Failure, ModelFiles, account,
    bounty_run::{REQUESTER, STRANGER},
    models::files::{attestation, publication},
    number, reverts, seed, trainer,
};

const CALLS: usize = 4_000;
const ROWS: u32 = 20;

/// What the contracts should hold.
#[derive(Default)]
struct Expected {
    attested: BTreeSet<(u64, Address, Address)>,
    counts: BTreeMap<(u64, Address), ReproductionCounts>,
    models: Vec<ChainPublished>,
}

type Refusal = (&'static str, Vec<Token>);

impl Expected {
    fn attest(
        &mut self,
        verified: bool,
        by: Address,
        of: (u64, Address),
        equal: u32,
        rows: u32,
    ) -> Result<(), Refusal> {
        let (bounty, trainer) = of;
        let named = vec![number(bounty), account(trainer)];
        if !verified {
            return Err(("NothingToReproduce(uint256,address)", named));
        }
        if by == trainer {
            return Err(("OwnReproduction(uint256,address)", named));
        }
        if rows != ROWS {
            return Err(("RowsDiffer(uint32,uint32)", vec![number(rows), number(ROWS)]));
        }
        if equal > rows {
            return Err(("EqualTooHigh(uint32,uint32)", vec![number(equal), number(rows)]));
        }
        if !self.attested.insert((bounty, trainer, by)) {
            return Err(("AlreadyAttested(uint256,address,address)", [named, vec![account(by)]].concat()));
        }
        let counts = self.counts.entry(of).or_default();
        if equal == rows {
            counts.reproduced += 1
        } else {
            counts.differing += 1
        }
        Ok(())
    }

    fn publish(&mut self, by: Address, [cid, name, description]: [usize; 3]) -> Result<u64, Refusal> {
        for (signature, length, allowed) in [
            ("BadModelCid(uint256)", cid, 1..=128),
            ("BadModelName(uint256)", name, 1..=80),
            ("DescriptionTooLong(uint256)", description, 0..=1_000),
        ] {
            if !allowed.contains(&length) {
                return Err((signature, vec![number(length as u64)]));
            }
        }
        self.models.push(ChainPublished { publisher: by, withdrawn: false });
        Ok(self.models.len() as u64)
    }

    fn withdraw(&mut self, by: Address, id: u64) -> Result<(), Refusal> {
        let entry = id.checked_sub(1).and_then(|at| self.models.get_mut(at as usize));
        let Some(entry) = entry else { return Err(("NoSuchModel(uint256)", vec![number(id)])) };
        if entry.publisher != by {
            return Err(("NotPublisher(address,address)", vec![account(by), account(entry.publisher)]));
        }
        if std::mem::replace(&mut entry.withdrawn, true) {
            return Err(("ModelAlreadyWithdrawn(uint256)", vec![number(id)]));
        }
        Ok(())
    }
}

/// Demands that both went through, or that the contract refused with the words of the model.
#[track_caller]
fn same<T: std::fmt::Debug, E>(result: Result<T, Failure>, expected: Result<E, Refusal>) -> Option<(T, E)> {
    match expected {
        Ok(expected) => Some((result.expect("the model allows this"), expected)),
        Err((signature, arguments)) => {
            reverts(result, signature, &arguments);
            None
        }
    }
}

#[test]
fn contracts_and_events_say_what_a_small_model_says() {
    let seed = seed("trained");
    let rng = &mut StdRng::seed_from_u64(seed);
    let offer = BountyOffer { rows: ROWS, ..BountyOffer::default() };
    // Bounty 1 is settled: 0 won, 1 is verified, 2 stayed silent. Bounty 2 is revealing: 0 is verified, 1 is not yet.
    let mut run = BountyRun::revealing(offer.clone(), &[(18, 18), (15, 15), (10, 10)]);
    run.reveal(trainer(1)).unwrap();
    run.reveal(trainer(0)).unwrap();
    let mut run = BountyRun::open_in(run.world, offer);
    for (n, correct) in [(0, 12), (1, 16)] {
        run.submit(trainer(n), correct);
    }
    run.after_deadline();
    run.reveal_truth().unwrap();
    run.claim(trainer(0), 12).unwrap();
    run.claim(trainer(1), 16).unwrap();
    run.next_window();
    run.reveal(trainer(0)).unwrap();
    let verified = [(1, trainer(0)), (1, trainer(1)), (2, trainer(0))];
    let files = ModelFiles::beside(&mut run.world);
    let chain = &mut run.world.chain;

    let people: Vec<Address> = [REQUESTER, STRANGER, Address::ZERO].into_iter().chain((0..12).map(trainer)).collect();
    let (mut expected, mut from_events) = (Expected::default(), Expected::default());
    let mut refused = BTreeMap::<&'static str, usize>::new();
    for _ in 0..CALLS {
        let by = *people[..2].iter().chain(&people[3..]).collect::<Vec<_>>().choose(rng).copied().unwrap();
        match rng.random_range(0..3) {
            0 => {
                let of = if rng.random_bool(0.8) {
                    *verified.choose(rng).unwrap()
                } else {
                    (rng.random_range(0..4), *people.choose(rng).unwrap())
                };
                let rows = if rng.random_bool(0.9) { ROWS } else { rng.random_range(0..=2 * ROWS) };
                let equal = if rng.random_bool(0.5) { rows } else { rng.random_range(0..=ROWS + 2) };
                let result = files.attest(chain, by, of, (equal, rows));
                let said = expected.attest(verified.contains(&of), by, of, equal, rows);
                said.as_ref().err().into_iter().for_each(|(name, _)| *refused.entry(*name).or_default() += 1);
                if let Some((receipt, ())) = same(result, said) {
                    let event = attestation(&receipt);
                    assert_eq!((event.bounty, event.trainer, event.by), (of.0, of.1, by));
                    let counts = from_events.counts.entry((event.bounty, event.trainer)).or_default();
                    if event.is_reproduced() {
                        counts.reproduced += 1
                    } else {
                        counts.differing += 1
                    }
                    assert_eq!(files.counts(chain, of.0, of.1), from_events.counts[&of]);
                }
                assert_eq!(files.counts(chain, of.0, of.1), expected.counts.get(&of).copied().unwrap_or_default());
                let known = expected.attested.contains(&(of.0, of.1, by));
                assert_eq!(files.attested(chain, of.0, of.1, by), known);
            }
            1 => {
                let mut length = |most: usize| match rng.random_range(0..8) {
                    0 => 0,
                    1 => most + rng.random_range(0..3),
                    _ => rng.random_range(1..=most.min(60)),
                };
                let lengths = [length(128), length(80), length(1_000)];
                let texts = lengths.map(|length| "x".repeat(length));
                let result = files.publish(chain, by, texts.each_ref().map(String::as_str));
                let said = expected.publish(by, lengths);
                said.as_ref().err().into_iter().for_each(|(name, _)| *refused.entry(*name).or_default() += 1);
                if let Some((receipt, id)) = same(result, said) {
                    let [cid, name, description] = texts;
                    let event = PublishedEvent::Published { id, publisher: by, cid, name, description };
                    assert_eq!(publication(&receipt), event);
                    assert_eq!(files.model(chain, id), Some(ChainPublished { publisher: by, withdrawn: false }));
                }
            }
            _ => {
                let id = rng.random_range(0..=expected.models.len() as u64 + 1);
                let owner = id.checked_sub(1).and_then(|at| expected.models.get(at as usize)).map(|m| m.publisher);
                let by = if rng.random_bool(0.5) { owner.unwrap_or(by) } else { by };
                let result = files.withdraw(chain, by, id);
                let said = expected.withdraw(by, id);
                said.as_ref().err().into_iter().for_each(|(name, _)| *refused.entry(*name).or_default() += 1);
                if let Some((receipt, ())) = same(result, said) {
                    assert_eq!(publication(&receipt), PublishedEvent::Withdrawn { id });
                }
                let entry = id.checked_sub(1).and_then(|at| expected.models.get(at as usize)).copied();
                assert_eq!(files.model(chain, id), entry);
            }
        }
    }
    assert_eq!(files.model_count(chain), expected.models.len() as u64);
    for (at, model) in expected.models.iter().enumerate() {
        assert_eq!(files.model(chain, at as u64 + 1), Some(*model));
    }
    println!("{} published, {} attested, refused: {refused:?}", expected.models.len(), expected.attested.len());
    // The run means nothing unless it met every refusal.
    assert_eq!(refused.len(), 11, "{refused:?}");
}

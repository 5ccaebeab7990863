mod confirming;
mod hostile;
mod lines;
mod many;
mod resuming;
mod sealing;
mod silence;
mod world;

use std::{sync::Arc, time::Duration};

use alloy_consensus::{SignableTransaction, TxEip1559, TxEnvelope};
use alloy_eips::Encodable2718;
use alloy_primitives::{Address as Account, Bytes, Signature, TxKind, U256};
use k256::ecdsa::SigningKey;
use protocol::{Address, Digest};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};

use crate::{Confirmed, Line, LinkError, Own, Proof, Seat, Terms, public_key};

/// Random numbers from a seed that is printed; `MODELMARKET_SEED` repeats a run.
fn random(what: &str) -> ChaCha20Rng {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64;
    let seed = std::env::var("MODELMARKET_SEED").map_or(now, |seed| seed.parse().unwrap());
    println!("{what}: MODELMARKET_SEED={seed}");
    ChaCha20Rng::seed_from_u64(seed)
}

fn bytes(random: &mut ChaCha20Rng, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    random.fill_bytes(&mut bytes);
    bytes
}

fn seed(random: &mut ChaCha20Rng) -> [u8; 32] {
    bytes(random, 32).try_into().unwrap()
}

/// The account of a seat of these tests.
fn account(seat: u8) -> SigningKey {
    SigningKey::from_slice(&[seat + 1; 32]).unwrap()
}

fn address(key: &SigningKey) -> Address {
    Address(alloy_primitives::Address::from_private_key(key).into_array())
}

fn secret(seat: u8) -> [u8; 32] {
    [seat + 101; 32]
}

/// A contract of these tests: "conf", the task, the key.
fn confirm(task: u64, key: &[u8; 32]) -> Vec<u8> {
    [b"conf", task.to_be_bytes().as_slice(), key].concat()
}

fn confirmed(input: &[u8]) -> Option<Confirmed> {
    let (task, key) = input.strip_prefix(b"conf")?.split_first_chunk()?;
    Some(Confirmed { task: u64::from_be_bytes(*task), key: key.try_into().ok()? })
}

fn terms(seats: u8) -> Terms {
    let seat = |seat| Seat {
        address: address(&account(seat)),
        roles: u16::from(seat) + 1,
        key: public_key(&secret(seat)).unwrap(),
        proof: Proof::Transaction,
    };
    Terms {
        chain_id: 31_337,
        contract: Address([9; 20]),
        task: 7,
        attempt: 1,
        plan: Digest([3; 32]),
        spec: Digest([4; 32]),
        seats: (0..seats).map(seat).collect(),
        confirmed,
    }
}

fn transaction(terms: &Terms, input: Vec<u8>) -> TxEip1559 {
    TxEip1559 {
        chain_id: terms.chain_id,
        to: TxKind::Call(Account::from(terms.contract.0)),
        input: Bytes::from(input),
        value: U256::ZERO,
        gas_limit: 75_000,
        ..Default::default()
    }
}

fn sign(transaction: TxEip1559, key: &SigningKey) -> Vec<u8> {
    let (signature, recovery) = key.sign_prehash_recoverable(transaction.signature_hash().as_slice()).unwrap();
    let signature = Signature::from((signature, recovery));
    TxEnvelope::from(transaction.into_signed(signature)).encoded_2718()
}

fn confirmation(terms: &Terms, seat: u8) -> Vec<u8> {
    sign(transaction(terms, confirm(terms.task, &terms.seats[usize::from(seat)].key)), &account(seat))
}

fn own(terms: &Terms, seat: u8) -> Arc<Own> {
    Arc::new(Own { seat, secret: secret(seat).into(), confirmation: confirmation(terms, seat) })
}

fn line(terms: &Terms, seat: u8, peer: u8, random: &mut ChaCha20Rng) -> Line {
    Line::new(Arc::new(terms.clone()), own(terms, seat), peer, seed(random), Duration::ZERO).unwrap()
}

/// Two lines, a virtual clock, and a way between them that a test can do anything to.
struct Pair {
    lines: [Line; 2],
    now: Duration,
}

type Carried = (usize, Vec<u8>);

impl Pair {
    fn new(terms: &Terms, random: &mut ChaCha20Rng) -> Self {
        Self { lines: [line(terms, 0, 1, random), line(terms, 1, 0, random)], now: Duration::ZERO }
    }

    fn connect(&mut self) {
        self.lines.iter_mut().rev().for_each(|line| line.connect(self.now));
    }

    /// Carries records until nobody has one. `change` answers what arrives instead of a record.
    fn carry(&mut self, mut change: impl FnMut(usize, Vec<u8>) -> Vec<Vec<u8>>) -> Result<(), (usize, LinkError)> {
        loop {
            let next: Vec<Carried> =
                (0..2).filter_map(|side| self.lines[side].next_record().map(|record| (side, record))).collect();
            if next.is_empty() {
                return Ok(());
            }
            for (from, record) in next {
                for record in change(from, record) {
                    self.lines[1 - from].take(&record, self.now).map_err(|error| (1 - from, error))?;
                }
            }
        }
    }

    fn run(&mut self) {
        self.carry(|_, record| vec![record]).unwrap();
    }

    fn open(terms: &Terms, random: &mut ChaCha20Rng) -> Self {
        let mut pair = Self::new(terms, random);
        pair.connect();
        pair.run();
        assert!(pair.lines.iter().all(Line::is_open));
        pair
    }

    fn say(&mut self, from: usize, payload: &[u8]) {
        self.lines[from].push(5, true, payload).unwrap();
    }

    fn heard(&mut self, by: usize) -> Vec<Vec<u8>> {
        std::iter::from_fn(|| self.lines[by].pop().unwrap().map(|(_, _, payload)| payload.to_vec())).collect()
    }
}

//! Random people take, owe, send, burn and collect at random; after each call the escrow must hold what a small model of
//! it says, and never less than it owes.

use std::collections::BTreeMap;

use ethers_core::abi::Token;
use protocol::{Address, Amount};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};

use super::{Escrow, burn, collect, owe, send, take};
use crate::harness::{account, number, reverts, seed, trainer, world::DEPLOYER};

const CALLS: usize = 3_000;
const PEOPLE: u32 = 4;
/// What everybody has at first, in the smallest unit of the coin.
const START: u128 = 100_000;

/// What the escrow and its coin should hold.
struct Expected {
    /// In the escrow and owed to nobody.
    free: u128,
    owed: BTreeMap<Address, u128>,
    tokens: BTreeMap<Address, u128>,
    burned: u128,
}

type Refusal = (&'static str, Vec<Token>);

const NOT_COVERED: &str = "NotCovered(uint256,uint256)";
const TOO_LITTLE: &str = "ERC20InsufficientBalance(address,uint256,uint256)";

impl Expected {
    fn total(&self) -> u128 {
        self.owed.values().sum()
    }

    fn held(&self) -> u128 {
        self.free + self.total()
    }

    fn take(&mut self, by: Address, amount: u128) -> Result<(), Refusal> {
        let has = self.tokens.entry(by).or_default();
        let left = has.checked_sub(amount).ok_or((TOO_LITTLE, vec![account(by), number(*has), number(amount)]))?;
        *has = left;
        self.free += amount;
        Ok(())
    }

    fn owe(&mut self, to: Address, amount: u128) -> Result<(), Refusal> {
        let refusal = (NOT_COVERED, vec![number(self.held()), number(self.total() + amount)]);
        self.free = self.free.checked_sub(amount).ok_or(refusal)?;
        *self.owed.entry(to).or_default() += amount;
        Ok(())
    }

    /// Takes tokens that are owed to nobody out of the escrow.
    fn spend(&mut self, escrow: Address, amount: u128) -> Result<(), Refusal> {
        let held = self.held();
        let left = held.checked_sub(amount).ok_or((TOO_LITTLE, vec![account(escrow), number(held), number(amount)]))?;
        let refusal = (NOT_COVERED, vec![number(left), number(self.total())]);
        self.free = self.free.checked_sub(amount).ok_or(refusal)?;
        Ok(())
    }

    fn collect(&mut self, of: Address) -> Result<(), Refusal> {
        let amount = self.owed.remove(&of).filter(|amount| *amount > 0);
        let amount = amount.ok_or(("NothingOwed(address)", vec![account(of)]))?;
        *self.tokens.entry(of).or_default() += amount;
        Ok(())
    }
}

#[test]
fn an_escrow_never_holds_less_than_it_owes() {
    let mut rng = StdRng::seed_from_u64(seed("escrow"));
    let mut escrow = Escrow::with_model_coin();
    let people: Vec<_> = (0..PEOPLE).map(trainer).collect();
    let mut expected =
        Expected { free: 0, owed: BTreeMap::new(), tokens: people.iter().map(|p| (*p, START)).collect(), burned: 0 };
    for person in &people {
        let gift = coin::calls::transfer(*person, Amount(START));
        escrow.chain.send(DEPLOYER, escrow.coin, gift).unwrap();
        let approval = coin::calls::approve(escrow.address, Amount(u128::MAX));
        escrow.chain.send(*person, escrow.coin, approval).unwrap();
    }
    let supply = escrow.amount(escrow.coin, "totalSupply()", &[]).0;
    let (mut done, mut refused) = ([0; 5], [0; 5]);
    for _ in 0..CALLS {
        let (by, other) = (*people.choose(&mut rng).unwrap(), *people.choose(&mut rng).unwrap());
        // Often about what there is, now and then far beyond it.
        let amount = *[0, 1, expected.free, expected.free + 1, expected.held() + 1].choose(&mut rng).unwrap();
        let amount = if rng.random_ratio(2, 3) { rng.random_range(0..=1 + expected.free / 2) } else { amount };
        let kind = rng.random_range(0..5);
        let (data, outcome) = match kind {
            0 => {
                let amount = if rng.random_ratio(1, 20) { START * 10 } else { rng.random_range(0..START / 20) };
                (take(amount), expected.take(by, amount))
            }
            1 => (owe(other, amount), expected.owe(other, amount)),
            2 => {
                let outcome = expected.spend(escrow.address, amount);
                if outcome.is_ok() {
                    *expected.tokens.entry(other).or_default() += amount;
                }
                (send(other, amount), outcome)
            }
            3 => {
                // A little only, so that there is something left to the end.
                let amount = amount.min(expected.held() + 1) / 50;
                let outcome = expected.spend(escrow.address, amount);
                if outcome.is_ok() {
                    expected.burned += amount;
                }
                (burn(amount), outcome)
            }
            _ => (collect(other), expected.collect(other)),
        };
        match (escrow.send(by, data), outcome) {
            (Ok(_), Ok(())) => done[kind] += 1,
            (met, Err((signature, arguments))) => {
                reverts(met, signature, &arguments);
                refused[kind] += 1;
            }
            (Err(failure), Ok(())) => panic!("kind {kind} went wrong: {failure:?}"),
        }
        same(&mut escrow, &expected, &people);
    }
    println!("done {done:?}, refused {refused:?}");
    assert!(done.iter().all(|n| *n > 100) && refused.iter().sum::<i32>() > 100, "{done:?} {refused:?}");

    // Everybody is paid, whoever asks for it, and nothing is left but what is owed to nobody.
    for person in &people {
        if expected.collect(*person).is_ok() {
            escrow.send(trainer(99), collect(*person)).unwrap();
        }
        same(&mut escrow, &expected, &people);
    }
    escrow.send(trainer(99), send(trainer(99), expected.free)).unwrap();
    assert_eq!((escrow.held(), escrow.total_owed()), (Amount(0), Amount(0)));
    assert_eq!(escrow.amount(escrow.coin, "totalSupply()", &[]).0, supply - expected.burned);
}

#[track_caller]
fn same(escrow: &mut Escrow, expected: &Expected, people: &[Address]) {
    let (held, total) = (escrow.held(), escrow.total_owed());
    assert!(held >= total, "holds {held:?}, owes {total:?}");
    assert_eq!((held.0, total.0), (expected.held(), expected.total()));
    for person in people {
        let owed = expected.owed.get(person).copied().unwrap_or_default();
        assert_eq!(escrow.owed(*person).0, owed);
        assert_eq!(escrow.balance(*person).0, expected.tokens[person]);
    }
}

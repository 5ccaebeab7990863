//! How a prediction market pays: the rule of `MarketModel.endPass`, in the same integers.
//!
//! S is the sum of an account's scores in a pass (a score = correct test rows after a contribution was taught less
//! those before it), b what the account has in the market, T the rows that count, R the rounds left (at first the
//! bounty in 10^-18 MDC). In a *round* every account gets S/T of 10^-18 MDC, or pays it. As many rounds are played at
//! once as everybody can pay; who cannot pay another one is dropped, and the next pass goes without them.

use protocol::{Address, Amount};

/// An account in a market.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Participant {
    /// Whose it is.
    pub account: Address,
    /// At first the stakes.
    pub balance: Amount,
    /// Keeps what is left; its contributions no longer count.
    pub dropped: bool,
}

/// A market while it is being paid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payout {
    /// In the order of their first contribution.
    participants: Vec<Participant>,
    rows: u32,
    rounds_left: u128,
    pot: u128,
    over: bool,
}

/// What a pass came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    /// Rounds that were played.
    pub rounds: u128,
    /// Rounds not yet paid for.
    pub rounds_left: u128,
    /// Accounts that can pay no more.
    pub dropped: Vec<Address>,
    /// Whether the market has ended.
    pub over: bool,
}

/// Why there is nothing to pay out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PayoutError {
    #[error("No test row counts, so scores mean nothing; the test set needs rows besides the drawn piece.")]
    NoRows,
    #[error("Amounts of more than all ModelCoin there is cannot have been staked.")]
    TooMuch,
}

impl Payout {
    /// A market that is about to be evaluated: who contributed how much stake, in order, and how many rows count.
    ///
    /// # Errors
    /// [`PayoutError`].
    pub fn new(
        bounty: Amount,
        rows: u32,
        stakes: impl IntoIterator<Item = (Address, Amount)>,
    ) -> Result<Self, PayoutError> {
        if rows == 0 {
            return Err(PayoutError::NoRows);
        }
        let mut participants: Vec<Participant> = Vec::new();
        let mut total = bounty.0;
        for (account, stake) in stakes {
            total = total.saturating_add(stake.0);
            if total > Amount::SUPPLY.0 {
                return Err(PayoutError::TooMuch);
            }
            match participants.iter_mut().find(|p| p.account == account) {
                Some(found) => found.balance.0 += stake.0,
                None => participants.push(Participant { account, balance: stake, dropped: false }),
            }
        }
        if total > Amount::SUPPLY.0 {
            return Err(PayoutError::TooMuch);
        }
        let over = participants.is_empty();
        Ok(Self { participants, rows, rounds_left: bounty.0, pot: bounty.0, over })
    }

    /// The same with the stakes of contributions that were not shown, which are lost to the pot.
    ///
    /// # Errors
    /// [`PayoutError::TooMuch`].
    pub fn with_unshown(mut self, stakes: Amount) -> Result<Self, PayoutError> {
        let held: u128 = self.participants.iter().map(|p| p.balance.0).sum();
        self.pot = self.pot.saturating_add(stakes.0);
        if self.pot.saturating_add(held) > Amount::SUPPLY.0 { Err(PayoutError::TooMuch) } else { Ok(self) }
    }

    /// Who has what, in the order of their first contribution.
    pub fn participants(&self) -> &[Participant] {
        &self.participants
    }

    /// What is left of the bounty, with what was lost to it: the owner's at the end.
    pub fn pot(&self) -> Amount {
        Amount(self.pot)
    }

    /// Whether it is decided.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Whether contributions of this account are still taught.
    pub fn counts(&self, account: &Address) -> bool {
        self.participants.iter().any(|p| p.account == *account && !p.dropped)
    }

    /// Ends a pass. `score` is the sum of the scores of an account, below 2^40 in size; it is asked of those that
    /// count. After the end nothing changes any more.
    pub fn end_pass(&mut self, score: impl Fn(&Address) -> i64) -> Pass {
        if self.over {
            return Pass { rounds: 0, rounds_left: self.rounds_left, dropped: Vec::new(), over: true };
        }
        // Amounts are below 2^80, rows below 2^32, scores below 2^40: no product leaves 128 bits.
        let rows = u128::from(self.rows);
        let scored: Vec<(usize, i64)> = self
            .participants
            .iter()
            .enumerate()
            .filter(|(_, p)| !p.dropped)
            .map(|(at, p)| (at, score(&p.account)))
            .collect();
        let losers = scored.iter().filter(|(_, score)| *score < 0);
        let payable = losers.map(|(at, score)| self.participants[*at].balance.0 * rows / loss(*score));
        let rounds = payable.min().map_or(self.rounds_left, |least| least.min(self.rounds_left));
        // Losses first: the pot alone may not hold what one account gains at the cost of another.
        let mut gains = 0;
        for (at, score) in &scored {
            let balance = &mut self.participants[*at].balance.0;
            if *score < 0 {
                let paid = (loss(*score) * rounds).div_ceil(rows);
                *balance -= paid;
                self.pot += paid;
            } else {
                let gained = u128::from(score.unsigned_abs()) * rounds / rows;
                *balance += gained;
                gains += gained;
            }
        }
        self.pot -= gains;
        self.rounds_left -= rounds;
        let mut dropped = Vec::new();
        if self.rounds_left == 0 {
            self.over = true;
        } else {
            for (at, score) in scored {
                let participant = &mut self.participants[at];
                if score < 0 && participant.balance.0 * rows < loss(score) {
                    participant.dropped = true;
                    dropped.push(participant.account);
                }
            }
            self.over = self.participants.iter().all(|p| p.dropped);
        }
        Pass { rounds, rounds_left: self.rounds_left, dropped, over: self.over }
    }
}

/// What a negative score costs a round, in units of 1/rows.
fn loss(score: i64) -> u128 {
    u128::from(score.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: Address = Address([1; 20]);
    const BEN: Address = Address([2; 20]);
    const CARA: Address = Address([3; 20]);

    fn payout(bounty: u128, rows: u32, stakes: &[(Address, u128)]) -> Payout {
        Payout::new(Amount(bounty), rows, stakes.iter().map(|(who, stake)| (*who, Amount(*stake)))).unwrap()
    }

    fn balances(payout: &Payout) -> Vec<u128> {
        payout.participants().iter().map(|p| p.balance.0).collect()
    }

    #[test]
    fn with_gains_alone_one_pass_pays_the_bounty_by_improvement() {
        let mut payout = payout(1_000, 10, &[(ANN, 5), (BEN, 5), (ANN, 5)]);
        let pass = payout.end_pass(|who| if *who == ANN { 3 } else { 1 });
        assert_eq!(pass, Pass { rounds: 1_000, rounds_left: 0, dropped: vec![], over: true });
        assert_eq!(balances(&payout), [10 + 300, 5 + 100]);
        assert_eq!(payout.pot(), Amount(600), "nobody improved the rest");
        let again = payout.end_pass(|_| 5);
        assert_eq!((again.rounds, balances(&payout)), (0, vec![310, 105]));
    }

    #[test]
    fn who_runs_out_is_dropped_and_a_pass_without_them_follows() {
        // Ben loses 4/10 a round and has 20: 50 rounds.
        let mut payout = payout(1_000, 10, &[(ANN, 10), (BEN, 20)]);
        let pass = payout.end_pass(|who| if *who == ANN { 3 } else { -4 });
        assert_eq!(pass, Pass { rounds: 50, rounds_left: 950, dropped: vec![BEN], over: false });
        assert_eq!(balances(&payout), [10 + 15, 0]);
        assert_eq!(payout.pot(), Amount(1_000 - 15 + 20));
        assert!(payout.counts(&ANN) && !payout.counts(&BEN) && !payout.counts(&CARA));
        let pass = payout.end_pass(|who| if *who == ANN { 4 } else { panic!("Ben is out") });
        assert_eq!(pass, Pass { rounds: 950, rounds_left: 0, dropped: vec![], over: true });
        assert_eq!(balances(&payout), [25 + 380, 0]);
    }

    #[test]
    fn gains_are_cut_off_and_losses_rounded_up() {
        let mut payout = payout(10, 3, &[(ANN, 100), (BEN, 100)]);
        payout.end_pass(|who| if *who == ANN { 1 } else { -1 });
        // Ten thirds: 3 gained, 4 lost.
        assert_eq!(balances(&payout), [103, 96]);
        assert_eq!(payout.pot(), Amount(11));
    }

    #[test]
    fn one_may_gain_more_than_the_bounty_at_the_cost_of_another() {
        let mut payout = payout(1_000, 10, &[(ANN, 1), (BEN, 5_000)]);
        payout.end_pass(|who| if *who == ANN { 50 } else { -45 });
        assert_eq!(balances(&payout), [1 + 5_000, 500]);
        assert_eq!(payout.pot(), Amount(500));
    }

    #[test]
    fn when_all_have_run_out_it_ends() {
        let mut payout = payout(1_000, 10, &[(ANN, 1)]);
        let pass = payout.end_pass(|_| -10);
        assert_eq!(pass, Pass { rounds: 1, rounds_left: 999, dropped: vec![ANN], over: true });
        assert_eq!((balances(&payout), payout.pot()), (vec![0], Amount(1_001)));
    }

    #[test]
    fn what_was_not_shown_is_the_owners_unless_somebody_earns_more_than_the_bounty() {
        let mut payout = payout(1_000, 10, &[(ANN, 5)]).with_unshown(Amount(15)).unwrap();
        let pass = payout.end_pass(|_| 10);
        assert_eq!((pass.rounds, balances(&payout), payout.pot()), (1_000, vec![1_005], Amount(15)));
        assert_eq!(payout.with_unshown(Amount::SUPPLY), Err(PayoutError::TooMuch));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert_eq!(Payout::new(Amount(1), 0, []), Err(PayoutError::NoRows));
        let more = [(ANN, Amount(1))];
        assert_eq!(Payout::new(Amount::SUPPLY, 1, more), Err(PayoutError::TooMuch));
        assert!(Payout::new(Amount(1), 1, []).unwrap().is_over());
    }

    #[cfg(not(target_arch = "wasm32"))]
    mod properties {
        use proptest::prelude::*;

        use super::*;

        proptest! {
            /// Money is conserved in every pass, nobody goes below zero, and it ends after at most one pass a person.
            #[test]
            fn nothing_is_made_or_lost(
                bounty in prop_oneof![1u128..2_000, 1u128..=Amount::SUPPLY.0 / 2],
                rows in 1u32..5_000,
                stakes in prop::collection::vec((0u8..6, prop_oneof![1u128..100, 1u128..10u128.pow(22)]), 1..20),
                seed in any::<u64>(),
            ) {
                let stakes: Vec<_> = stakes.iter().map(|(who, stake)| (Address([*who; 20]), Amount(*stake))).collect();
                let total: u128 = stakes.iter().map(|(_, stake)| stake.0).sum::<u128>() + bounty;
                let mut payout = Payout::new(Amount(bounty), rows, stakes).unwrap();
                let people = payout.participants().len();
                let mut passes = 0;
                while !payout.is_over() {
                    // Anybody may gain or lose several times the rows, but the sum of all scores is at most the rows,
                    // since no more can become correct.
                    let width = i64::from(rows);
                    let mut scores: Vec<i64> = (0..6u64).map(|i| {
                        let word = (seed ^ (passes << 8 | i)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
                        (word as i64 % (6 * width + 1) - 3 * width) / if seed % 3 == 0 { width } else { 1 }
                    }).collect();
                    let live = |scores: &[i64]| -> i64 {
                        scores.iter().zip(0u8..).filter(|(_, who)| payout.counts(&Address([*who; 20]))).map(|(s, _)| s).sum()
                    };
                    while live(&scores) > width {
                        scores.iter_mut().for_each(|score| *score -= 1 + width / 4);
                    }
                    let before = payout.clone();
                    let pass = payout.end_pass(|who| scores[usize::from(who.0[0])]);
                    let held: u128 = payout.participants().iter().map(|p| p.balance.0).sum();
                    prop_assert_eq!(held + payout.pot().0, total);
                    for (now, then) in payout.participants().iter().zip(before.participants()) {
                        let score = scores[usize::from(now.account.0[0])];
                        prop_assert!(then.dropped || (now.balance >= then.balance) == (score >= 0) || pass.rounds == 0);
                        prop_assert!(!then.dropped || now == then);
                    }
                    passes += 1;
                    prop_assert!(passes <= people as u64 + 1, "every pass but the last drops somebody");
                }
            }
        }
    }
}

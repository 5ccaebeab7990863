//! How far a list of logs was folded. The list is read again and again: its end may be replaced, and what a node left out is
//! put where it belongs. So whoever folds asks how many of its logs stand as they were, and goes on after them.

use protocol::Digest;

use super::RawLog;

/// Block and place in it.
type Place = (Digest, u64);

/// The logs that were folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    /// Settled ones: how many, and the last. They are only added to, so that the last one stands where it stood if none
    /// was put between them.
    settled: usize,
    last: Option<Place>,
    /// Those after them, which may be replaced.
    tail: Vec<Place>,
}

impl Folded {
    /// How many logs were folded, where they are still the first of these; `None` where all is to be folded anew.
    pub fn goes_on(&self, settled: &[RawLog], tail: &[RawLog]) -> Option<usize> {
        let last = self.settled.checked_sub(1).map(|last| settled.get(last).map(place));
        if last.is_some_and(|last| last.is_none() || last != self.last.map(Some).unwrap_or_default()) {
            return None;
        }
        let mut rest = settled[self.settled..].iter().chain(tail);
        let stands = self.tail.iter().all(|folded| rest.next().map(place).as_ref() == Some(folded));
        stands.then_some(self.settled + self.tail.len())
    }

    /// All of these are folded now.
    pub fn reached(&mut self, settled: &[RawLog], tail: &[RawLog]) {
        self.settled = settled.len();
        self.last = settled.last().map(place);
        self.tail = tail.iter().map(place).collect();
    }
}

fn place(log: &RawLog) -> Place {
    (log.block_hash, log.log_index)
}

#[cfg(test)]
mod tests {
    use protocol::Address;

    use super::*;

    fn log(block: u64, fork: u8) -> RawLog {
        let mut hash = [fork; 32];
        hash[..8].copy_from_slice(&block.to_be_bytes());
        let raw = protocol::RawLog { topics: Vec::new(), data: Vec::new() };
        RawLog { address: Address::ZERO, block, block_hash: Digest(hash), log_index: 0, tx: Digest::ZERO, at: 0, raw }
    }

    /// A number below `below` that follows from the seed alone.
    fn draw(seed: &mut u64, below: u64) -> u64 {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*seed >> 33) % below.max(1)
    }

    /// A chain that grows, settles, is reorganised, and of which something comes late; whoever goes on as it is told has
    /// what folding all of it anew gives, and never folds again what stands.
    #[test]
    fn what_is_folded_on_is_what_is_folded_anew() {
        let seed = std::env::var("MODELMARKET_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or_else(|| u64::from(std::process::id()));
        println!("MODELMARKET_SEED={seed}");
        let mut random = seed;
        let (mut settled, mut tail) = (Vec::new(), Vec::new());
        let (mut folded, mut mine) = (Folded::default(), Vec::new());
        let (mut next, mut fork, mut hidden) = (1, 0, Vec::new());
        for _ in 0..2_000 {
            let mut is_replaced = false;
            match draw(&mut random, 10) {
                0 if !tail.is_empty() => {
                    fork += 1;
                    let from = draw(&mut random, tail.len() as u64) as usize;
                    let blocks: Vec<u64> = tail.drain(from..).map(|log: RawLog| log.block).collect();
                    let stays = blocks.into_iter().filter(|_| draw(&mut random, 2) == 0);
                    tail.extend(stays.map(|block| log(block, fork)).collect::<Vec<_>>());
                    is_replaced = true;
                }
                1 if !hidden.is_empty() => {
                    let late: RawLog = hidden.swap_remove(draw(&mut random, hidden.len() as u64) as usize);
                    let list = if settled.last().is_some_and(|last: &RawLog| last.block > late.block) {
                        &mut settled
                    } else {
                        &mut tail
                    };
                    let at = list.partition_point(|other| other.block < late.block);
                    list.insert(at, late);
                    is_replaced = true;
                }
                2 => {
                    let many = draw(&mut random, tail.len() as u64 + 1) as usize;
                    settled.extend(tail.drain(..many));
                }
                3 => {
                    hidden.push(log(next, fork));
                    next += 1;
                }
                _ => {
                    tail.push(log(next, fork));
                    next += 1;
                }
            }
            let before = mine.len();
            let stands = folded.goes_on(&settled, &tail);
            assert!(is_replaced || stands == Some(before), "nothing is folded twice that stands");
            mine.truncate(stands.unwrap_or_default());
            mine.extend(settled.iter().chain(&tail).skip(mine.len()).cloned());
            folded.reached(&settled, &tail);
            let anew: Vec<RawLog> = settled.iter().chain(&tail).cloned().collect();
            assert_eq!(mine, anew);
        }
        assert!(settled.len() > 100, "much was settled: {}", settled.len());
    }

    #[test]
    fn a_list_that_is_shorter_than_what_was_folded_is_folded_anew() {
        let (one, two) = (vec![log(1, 0), log(2, 0)], vec![log(3, 0)]);
        let mut folded = Folded::default();
        folded.reached(&one, &two);
        assert_eq!(folded.goes_on(&one, &two), Some(3));
        assert_eq!(folded.goes_on(&one, &[]), None);
        assert_eq!(folded.goes_on(&one[..1], &two), None);
        assert_eq!(folded.goes_on(&[], &[]), None);
        assert_eq!(folded.goes_on(&one, &[log(3, 1)]), None, "another block of the same height");
    }
}

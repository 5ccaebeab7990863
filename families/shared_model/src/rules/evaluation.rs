//! How an evaluation is cut into transactions. `MarketEvaluation.evaluate` takes several contributions at once, or for one of
//! them a part of the pieces: many rows, or rows of many values, fit no single transaction.

use std::ops::Range;

/// Most bytes of pieces and samples in one call. Public nodes take transactions of up to 131,072 bytes.
pub const MOST_BYTES: usize = 110_000;

/// What one call evaluates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Contributions, from the next one on.
    pub contributions: usize,
    /// Pieces that are given.
    pub pieces: Range<usize>,
}

/// What is left of a pass.
#[derive(Debug, Clone, Copy)]
pub struct Evaluation<'a> {
    /// Bytes of each piece; 0 for the drawn one, which does not count.
    pub pieces: &'a [usize],
    /// Bytes of the samples that are not evaluated yet, in order.
    pub samples: &'a [usize],
    /// Which piece is counted next for the first of them, where it is taught already.
    pub counting: Option<usize>,
}

impl Step {
    /// The pieces as the call takes them: those that are not given are empty.
    pub fn given<'a>(&self, pieces: &[&'a [u8]]) -> Vec<&'a [u8]> {
        let none: &'a [u8] = &[];
        pieces.iter().enumerate().map(|(at, piece)| if self.pieces.contains(&at) { *piece } else { none }).collect()
    }
}

impl Evaluation<'_> {
    /// Calls that each lead on, the largest first, with at most so many contributions. What they cost is for the chain to
    /// say: the first one that fits is to be sent. The last one is the smallest that there is.
    pub fn steps(&self, most: usize) -> Vec<Step> {
        let mut steps = Vec::new();
        let all: usize = self.pieces.iter().sum();
        if let Some(room) = MOST_BYTES.checked_sub(all) {
            let whole = fitting(self.samples.iter().take(most.max(1)).copied(), room);
            steps.extend(halved(whole).map(|contributions| Step { contributions, pieces: 0..self.pieces.len() }));
        }
        let from = self.counting.unwrap_or(0);
        let counted: Vec<(usize, usize)> =
            self.pieces.iter().copied().enumerate().skip(from).filter(|(_, bytes)| *bytes > 0).collect();
        let room = MOST_BYTES.saturating_sub(self.samples.first().copied().unwrap_or(0));
        let many = fitting(counted.iter().map(|(_, bytes)| *bytes), room);
        // All pieces for one contribution are among the steps above.
        let is_told = from == 0 && !steps.is_empty();
        let ends = halved(many).skip(usize::from(is_told)).filter_map(|many| counted.get(many - 1));
        steps.extend(ends.map(|(last, _)| Step { contributions: 1, pieces: from..last + 1 }));
        if self.counting.is_none() {
            steps.push(Step { contributions: 1, pieces: 0..0 });
        }
        steps
    }
}

/// How many of these sizes, from the first on, are within so much room together.
fn fitting(sizes: impl Iterator<Item = usize>, room: usize) -> usize {
    let sums = sizes.scan(0, |sum: &mut usize, size| {
        *sum += size;
        Some(*sum)
    });
    sums.take_while(|sum| *sum <= room).count()
}

/// A number, half of it, and so on to 1.
fn halved(most: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(most), |many| Some(many / 2)).take_while(|many| *many > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(pieces: &[usize], samples: &[usize], counting: Option<usize>, most: usize) -> Vec<(usize, Range<usize>)> {
        let steps = Evaluation { pieces, samples, counting }.steps(most);
        steps.into_iter().map(|step| (step.contributions, step.pieces)).collect()
    }

    #[test]
    fn small_test_sets_are_counted_whole_for_several_contributions() {
        let (pieces, samples) = ([10, 0, 10], [3; 5]);
        assert_eq!(steps(&pieces, &samples, None, 4), [(4, 0..3), (2, 0..3), (1, 0..3), (1, 0..1), (1, 0..0)]);
        assert_eq!(steps(&pieces, &samples[..1], None, 4), [(1, 0..3), (1, 0..1), (1, 0..0)]);
        // One is taught, and its last piece is to be counted.
        assert_eq!(steps(&pieces, &samples[..1], Some(2), 4), [(1, 0..3), (1, 2..3)]);
    }

    #[test]
    fn a_test_set_that_is_too_long_is_counted_in_parts() {
        // 2,000 + 3 · 30,000 bytes are within 110,000, one piece more is not.
        let (pieces, samples) = ([0, 30_000, 30_000, 30_000, 30_000], [2_000; 3]);
        assert_eq!(steps(&pieces, &samples, None, 11), [(1, 0..4), (1, 0..2), (1, 0..0)]);
        assert_eq!(steps(&pieces, &samples, Some(2), 11), [(1, 2..5), (1, 2..3)]);
        assert_eq!(steps(&pieces, &samples, Some(4), 11), [(1, 4..5)]);
    }

    #[test]
    fn pieces_that_are_not_given_are_empty() {
        let pieces: [&[u8]; 3] = [b"a", b"b", b"c"];
        let none: &[u8] = b"";
        assert_eq!(Step { contributions: 1, pieces: 1..2 }.given(&pieces), [none, b"b", none]);
    }
}

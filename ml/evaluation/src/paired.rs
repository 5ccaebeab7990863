//! Two models on the same rows: is one better, or was it chance?

/// Rows on which exactly one of two models is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Paired {
    /// Only the first is right.
    pub first: u64,
    /// Only the second is right.
    pub second: u64,
    /// All rows.
    pub rows: u64,
}

impl Paired {
    /// Compares what two models say about rows of these true classes.
    pub fn of<T: PartialEq>(truth: &[T], first: &[T], second: &[T]) -> Self {
        let mut paired = Self::default();
        for ((truth, first), second) in truth.iter().zip(first).zip(second) {
            paired.rows += 1;
            match (first == truth, second == truth) {
                (true, false) => paired.first += 1,
                (false, true) => paired.second += 1,
                _ => {}
            }
        }
        paired
    }

    /// How probable it is that two equally good models differ at least as much, 0 to 1 (McNemar's exact test, two-sided:
    /// each of the rows that tell them apart is a toss of a coin).
    pub fn chance(&self) -> f64 {
        let tosses = self.first + self.second;
        // Logarithm of the probability of exactly so many heads, from 0 on; small numbers would be lost otherwise.
        let mut log = -(tosses as f64) * std::f64::consts::LN_2;
        let mut tail = log.exp();
        for heads in 1..=self.first.min(self.second) {
            log += ((tosses - heads + 1) as f64 / heads as f64).ln();
            tail += log.exp();
        }
        (2.0 * tail).min(1.0)
    }
}

//! How much a share of right predictions says that was counted on few rows.

/// Of a normal distribution, 95 % lie within so many standard deviations.
const DEVIATIONS: f64 = 1.959_964;

/// From which to which share a model may be right on many rows like these, where it was right on this share of `rows`: the
/// interval that holds the true share in 95 of 100 cases (Wilson 1927). All shares are from 0 to 1; of no rows, anything.
pub fn likely_shares(share: f64, rows: u64) -> (f64, f64) {
    if rows == 0 {
        return (0.0, 1.0);
    }
    let (n, z2) = (rows as f64, DEVIATIONS * DEVIATIONS);
    let middle = share + z2 / (2.0 * n);
    let half = DEVIATIONS * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    let whole = 1.0 + z2 / n;
    (((middle - half) / whole).max(0.0), ((middle + half) / whole).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_rows_say_little() {
        // statsmodels.stats.proportion.proportion_confint(right, rows, method="wilson")
        for (right, rows, low, high) in
            [(8, 10, 0.4901, 0.9433), (50, 60, 0.7197, 0.9069), (10, 10, 0.7225, 1.0), (0, 5, 0.0, 0.4345)]
        {
            let (from, to) = likely_shares(f64::from(right) / f64::from(rows), rows as u64);
            assert!((from - low).abs() < 1e-3 && (to - high).abs() < 1e-3, "{right} of {rows}: {from} to {to}");
        }
        assert_eq!(likely_shares(0.5, 0), (0.0, 1.0));
    }
}

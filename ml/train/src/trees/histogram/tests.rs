#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use proptest::prelude::*;

use super::*;

/// Rows of values (NaN for a missing one), with their slopes.
fn rows() -> impl Strategy<Value = Vec<(Vec<f32>, f64, f64)>> {
    let value = prop_oneof![9 => (0_i32..7).prop_map(|v| v as f32 * 0.5), 1 => Just(f32::NAN)];
    let row = (prop::collection::vec(value, 3), -1.0_f64..1.0, 0.01_f64..0.5);
    prop::collection::vec(row, 2..40)
}

fn side(rows: &[(Vec<f32>, f64, f64)], left: impl Fn(&[f32]) -> bool, wanted: bool) -> (f64, f64) {
    let chosen = rows.iter().filter(|row| left(&row.0) == wanted);
    chosen.fold((0.0, 0.0), |sum, row| (sum.0 + row.1, sum.1 + row.2))
}

proptest! {
    /// The best split is that of trying every threshold of every feature both ways, on the values themselves.
    #[test]
    fn best_split_is_that_of_brute_force(rows in rows(), l2 in 0.0_f64..2.0, least in 0.0_f64..1.0) {
        let mut brute: f64 = 0.0;
        let total = rows.iter().fold((0.0, 0.0), |sum, row| (sum.0 + row.1, sum.1 + row.2));
        let score = |(g, h): (f64, f64)| g * g / (h + l2);
        let gain = |feature: usize, threshold: f32, missing_left: bool| {
            let left = |row: &[f32]| if row[feature].is_nan() { missing_left } else { row[feature] <= threshold };
            let (l, r) = (side(&rows, left, true), side(&rows, left, false));
            let allowed = l.1 >= least && r.1 >= least && l.1 > 0.0 && r.1 > 0.0;
            if allowed { score(l) + score(r) - score(total) } else { f64::MIN }
        };
        let mut cuts = Vec::new();
        for feature in 0..3 {
            let mut values: Vec<f32> = rows.iter().map(|row| row.0[feature]).filter(|v| !v.is_nan()).collect();
            values.sort_by(f32::total_cmp);
            values.dedup();
            for pair in values.windows(2) {
                for missing_left in [true, false] {
                    brute = brute.max(gain(feature, pair[0], missing_left));
                }
            }
            cuts.push(values.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0).collect::<Vec<f32>>());
        }
        let code = |feature: usize, value: f32| {
            if value.is_nan() { MISSING } else { cuts[feature].iter().filter(|cut| **cut < value).count() as u8 }
        };
        let codes: Codes = (0..3).map(|f| rows.iter().map(|row| code(f, row.0[f])).collect()).collect();
        let cuts = Cuts::of(cuts.clone());
        let layout = Layout::new(&cuts);
        let slopes: Vec<Slope> = rows.iter().map(|row| Slope { first: row.1, second: row.2 }).collect();
        let order: Vec<u32> = (0..rows.len() as u32).collect();
        let mut histogram = Vec::new();
        fill(&mut histogram, &layout, &[0, 1, 2], &codes, &order, &slopes);
        let total = Slope { first: total.0, second: total.1 };
        match best(&histogram, &layout, &[0, 1, 2], total, &Rules { l2, least }) {
            None => prop_assert!(brute < 1e-6, "missed a gain of {brute}"),
            Some(split) => {
                prop_assert!((split.gain - brute).abs() < 1e-9 * brute.abs().max(1.0), "{} for {brute}", split.gain);
                let threshold = cuts.value(split.feature, split.bin);
                let exact = gain(split.feature as usize, threshold, split.missing_left);
                prop_assert!((split.gain - exact).abs() < 1e-9 * exact.abs().max(1.0), "{split:?} gains {exact}");
            }
        }
    }
}

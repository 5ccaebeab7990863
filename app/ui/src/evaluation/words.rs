//! How much a score says, in words.

use dataset::{likely_shares, shown};
use ml_evaluation::{Confusion, Paired, Spread};

/// Of so many equally good models one differs as much by chance; rarer is called hardly chance.
const CHANCE: f64 = 0.05;

/// `likely 93.1 to 98.8 %`: the share of many more rows on which a model may be right, in 95 of 100 cases.
pub fn likely(right: u64, rows: u64) -> String {
    let (low, high) = likely_shares(right as f64 / rows.max(1) as f64, rows);
    format!("likely {:.1} to {:.1} %", 100.0 * low, 100.0 * high)
}

/// What [`likely`] means.
pub const LIKELY: &str = "“Likely” is the 95 % interval (Wilson): on many more rows like these, the share of right answers \
                          lies in it in 95 of 100 cases.";

/// What always saying the most frequent class scores on the same rows; nothing of no rows.
pub fn always(counted: &Confusion, classes: &[String]) -> Option<String> {
    let always = counted.majority()?;
    let (class, share) = (classes.get(always.class)?, crate::format::share(always.accuracy()));
    Some(format!("Always saying “{}”, the most frequent class, would be right on {share}.", shown(class)))
}

/// `95.2 ± 1.3 %`
pub fn spread(spread: Spread) -> String {
    format!("{:.1} ± {:.1} %", 100.0 * spread.mean, 100.0 * spread.deviation)
}

/// Whether two models on the same rows differ by more than chance, as a sentence.
pub fn compared(paired: Paired, first: &str, second: &str) -> String {
    if paired.first + paired.second == 0 {
        return format!("Right on the same rows: {first} and {second}.");
    }
    let chance = paired.chance();
    format!(
        "Only {first} is right on {}, only {second} on {}. Of equally good models {} would differ as much: {}.",
        rows(paired.first),
        rows(paired.second),
        percent(chance),
        if chance < CHANCE { "hardly chance" } else { "this may be chance" },
    )
}

/// The same, where there is little room: `12 rows against 3, hardly chance`.
pub fn compared_shortly(paired: Paired) -> String {
    match paired.first + paired.second {
        0 => "right on the same rows".into(),
        _ if paired.chance() < CHANCE => format!("{} against {}, hardly chance", rows(paired.first), paired.second),
        _ => format!("{} against {}, may be chance", rows(paired.first), paired.second),
    }
}

fn rows(count: u64) -> String {
    crate::format::plural(count, "row")
}

fn percent(share: f64) -> String {
    if share < 0.001 { "fewer than 0.1 %".into() } else { format!("{:.1} %", 100.0 * share) }
}

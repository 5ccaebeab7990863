//! What to think about before a data set is published.

use std::collections::BTreeMap;

use crate::{
    cell::is_gap,
    error::Column,
    prepare::{classes::Joined, profile::Profile, report::Warning},
    read::mend::note::Spellings,
};

/// Rows below which sorted labels may well be chance.
const LEAST_SORTED: u64 = 20;
/// Columns that are warned of one by one.
const LISTED: usize = 5;

/// Columns, from 0, that alone tell the label: the first of them one by one.
pub fn perfect(columns: &[usize], column: &dyn Fn(usize) -> Column) -> Vec<Warning> {
    let listed = columns.iter().take(LISTED).map(|&at| Warning::PerfectColumn { column: column(at) });
    let more = columns.len().saturating_sub(LISTED) as u64;
    listed.chain((more > 0).then_some(Warning::MorePerfectColumns { columns: more })).collect()
}

/// Columns that hold numbers with something beside them, if there are any.
pub fn measured(profile: &Profile, column: &dyn Fn(usize) -> Column) -> Option<Warning> {
    let features = profile.columns.iter().enumerate().filter(|(at, _)| profile.label != Some(*at as u32));
    let found: Vec<(usize, &str)> = features.filter_map(|(at, found)| Some((at, found.measured()?))).collect();
    let (_, example) = found.first()?;
    let columns = found.iter().map(|(at, _)| column(*at)).collect();
    Some(Warning::Measured { columns, example: (*example).to_owned() })
}

/// Classes that trainers' programs read as something else than a text.
pub fn words_of_others(classes: &[Joined]) -> Vec<Warning> {
    let gaps = classes.iter().filter(|class| is_gap(&class.text));
    let mut warnings: Vec<Warning> = gaps.map(|class| Warning::GapClass { class: class.text.clone() }).collect();
    let is_bool = |class: &&Joined| ["true", "false"].iter().any(|word| class.text.trim().eq_ignore_ascii_case(word));
    let bools: Vec<String> = classes.iter().filter(is_bool).map(|class| class.text.clone()).collect();
    if bools.len() == 2 && classes.len() == 2 {
        warnings.push(Warning::BooleanClasses { classes: bools });
    }
    warnings
}

/// Classes that differ by characters that nobody sees, if there are any.
pub fn look_alike(classes: &[Joined]) -> Option<Warning> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for class in classes {
        let seen = class.text.chars().filter(|c| !is_unseen(*c)).collect();
        groups.entry(seen).or_default().push(shown_whole(&class.text));
    }
    let groups = groups.into_values().filter(|texts| texts.len() > 1).filter_map(|mut texts| {
        texts.sort_by_key(String::len);
        let others = texts.split_off(1);
        texts.pop().map(|class| Spellings { class, others })
    });
    let groups: Vec<Spellings> = groups.collect();
    (!groups.is_empty()).then_some(Warning::LookAlike { groups })
}

const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A text with a name in place of each character that nobody sees.
fn shown_whole(text: &str) -> String {
    let shown = |c: char| if is_unseen(c) { format!("[U+{:04X}]", u32::from(c)) } else { c.to_string() };
    text.chars().map(shown).collect()
}

/// Whether neighbours have the same class far more often than in a random order.
pub fn is_sorted(rows: u64, changes: u64, classes: impl Iterator<Item = u64>) -> bool {
    let alike: f64 = classes.map(|class| (class as f64 / rows as f64).powi(2)).sum();
    let expected = rows as f64 * (1.0 - alike);
    rows >= LEAST_SORTED && (changes as f64) * 5.0 < expected
}

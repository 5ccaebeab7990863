//! What one column holds.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{numbers::Numbers, sample::told};
use crate::cell::{DecimalMark, Number, holds_numbers};

/// Most frequent words that are told.
const TOP: usize = 5;
/// Rows below which different values say nothing.
const LEAST_ROWS: u64 = 10;
/// Bytes that a name of a row has on average at most; longer ones are texts.
const LONGEST_NAME: u64 = 40;
/// What columns are called that name rows.
const NAMES: [&str; 6] = ["id", "ids", "uuid", "guid", "key", "index"];

/// What a column holds, in the rows that were looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnProfile {
    /// What it is called.
    pub name: String,
    /// Cells whose value is missing.
    pub gaps: u64,
    /// Different values: numbers by what they are worth, words by how they are written. Missing values are none.
    pub distinct: u64,
    /// Whether it rather names the rows than says something of them: no two have the same, and none has none.
    pub names_rows: bool,
    /// What its values are.
    pub values: Values,
}

/// The values of a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Values {
    /// All are missing.
    Empty,
    /// Numbers, as training takes them.
    Numbers(Numbers),
    /// Words, or classes.
    Words {
        /// The most frequent ones, at most five; those that are equally frequent by their bytes.
        top: Vec<WordCount>,
        /// Cells with others.
        rest: u64,
        /// Cells that are numbers, though too few for a column of numbers; none are counted for a label.
        numbers: u64,
    },
}

/// A word, and how often it occurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordCount {
    /// The cell, with "…" behind the first 256 bytes of a longer one.
    pub text: String,
    /// Cells that say it.
    pub rows: u64,
}

impl ColumnProfile {
    /// Describes the cells of a column of a table with so many rows.
    pub fn of(name: &str, cells: &[&[u8]], rows: u64, is_label: bool) -> Self {
        let (mut numbers, mut written) = (Vec::new(), Vec::with_capacity(cells.len()));
        for cell in cells {
            match read(cell) {
                // Whatever a label says, it is a class.
                _ if is_label => {}
                Cell::Gap => continue,
                Cell::Number(value) => numbers.push(value),
                Cell::Other => {}
            }
            written.push(*cell);
        }
        let gaps = (cells.len() - written.len()) as u64;
        let others = (written.len() - numbers.len()) as u64;
        let (distinct, values) = if written.is_empty() {
            (0, Values::Empty)
        } else if holds_numbers(numbers.len() as u64, others) {
            let (numbers, distinct) = Numbers::of(numbers, others);
            (distinct, Values::Numbers(numbers))
        } else {
            words_of(&written, numbers.len() as u64)
        };
        let mut column = Self { name: name.to_owned(), gaps, distinct, names_rows: false, values };
        column.names_rows = !is_label && column.is_naming(cells, rows);
        column
    }

    fn is_naming(&self, cells: &[&[u8]], rows: u64) -> bool {
        let looked_at = cells.len() as u64;
        if looked_at < LEAST_ROWS || self.gaps > 0 || self.distinct < looked_at {
            return false;
        }
        match &self.values {
            Values::Empty => false,
            Values::Numbers(numbers) => {
                let dense = numbers.greatest - numbers.least < 2.0 * rows as f64;
                numbers.whole && (dense || is_name_of_names(&self.name))
            }
            Values::Words { .. } => {
                let bytes: u64 = cells.iter().map(|cell| cell.len() as u64).sum();
                bytes <= LONGEST_NAME * looked_at
            }
        }
    }
}

enum Cell {
    Gap,
    Number(f64),
    Other,
}

fn read(cell: &[u8]) -> Cell {
    let (text, cut) = told(cell);
    // The reader takes no file that is not UTF-8.
    let text = std::str::from_utf8(text).unwrap_or_default();
    if cut {
        return Cell::Other;
    }
    match Number::read(text, DecimalMark::Point) {
        Number::Gap => Cell::Gap,
        Number::Value(value) if (value as f32).is_finite() => Cell::Number(value),
        Number::Value(_) | Number::Text => Cell::Other,
    }
}

fn words_of(written: &[&[u8]], numbers: u64) -> (u64, Values) {
    let mut counts: HashMap<&[u8], u64> = HashMap::new();
    written.iter().for_each(|cell| *counts.entry(cell).or_default() += 1);
    let distinct = counts.len() as u64;
    let mut ranked: Vec<(&[u8], u64)> = counts.into_iter().collect();
    let order = |one: &(&[u8], u64), other: &(&[u8], u64)| other.1.cmp(&one.1).then(one.0.cmp(other.0));
    if ranked.len() > TOP {
        ranked.select_nth_unstable_by(TOP, order);
        ranked.truncate(TOP);
    }
    ranked.sort_unstable_by(order);
    let word = |(cell, rows): (&[u8], u64)| {
        let (text, cut) = told(cell);
        let mut text = String::from_utf8_lossy(text).into_owned();
        if cut {
            text.push('…');
        }
        WordCount { text, rows }
    };
    let top: Vec<WordCount> = ranked.into_iter().map(word).collect();
    let rest = written.len() as u64 - top.iter().map(|word| word.rows).sum::<u64>();
    (distinct, Values::Words { top, rest, numbers })
}

/// Whether columns with this name usually name rows.
fn is_name_of_names(name: &str) -> bool {
    let name = name.trim();
    let lower = name.to_lowercase();
    let last = lower.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    NAMES.contains(&last) || name.ends_with("Id") || name.ends_with("ID")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, cells: &[String]) -> ColumnProfile {
        let bytes: Vec<&[u8]> = cells.iter().map(|cell| cell.as_bytes()).collect();
        ColumnProfile::of(name, &bytes, cells.len() as u64, false)
    }

    fn cells(cell: impl Fn(usize) -> String) -> Vec<String> {
        (0..40).map(cell).collect()
    }

    #[test]
    fn a_column_that_names_rows_is_told_from_one_that_measures() {
        for (name, cells, expected) in [
            ("row", cells(|n| (n + 1).to_string()), true),
            ("PassengerId", cells(|n| (n * 7919).to_string()), true),
            ("patient_id", cells(|n| (n * 7919).to_string()), true),
            ("income", cells(|n| (n * 7919).to_string()), false),
            ("acid", cells(|n| (n * 7919).to_string()), false),
            ("id", cells(|n| format!("{n}.5")), false),
            ("name", cells(|n| format!("P-{n}")), true),
            ("id", cells(|n| (n / 2).to_string()), false),
            ("id", cells(|n| if n == 3 { String::new() } else { n.to_string() }), false),
            ("review", cells(|n| format!("{n} {}", "words ".repeat(20))), false),
        ] {
            assert_eq!(column(name, &cells).names_rows, expected, "{name}: {}", cells[1]);
        }
        assert!(!column("id", &cells(|n| n.to_string())[..9]).names_rows, "nine rows say nothing");
    }

    #[test]
    fn a_few_words_among_numbers_are_others_and_many_make_words() {
        let few = column("x", &cells(|n| if n < 2 { "broken".into() } else { (n / 3).to_string() }));
        let Values::Numbers(numbers) = &few.values else { panic!("{few:?}") };
        assert_eq!((numbers.others, numbers.bars.iter().map(|bar| bar.rows).sum::<u64>()), (2, 38));
        let many = column("x", &cells(|n| if n < 3 { "broken".into() } else { (n / 3).to_string() }));
        let Values::Words { top, rest, numbers } = &many.values else { panic!("{many:?}") };
        assert_eq!((top[0].text.as_str(), top[0].rows, top.len(), *numbers), ("1", 3, 5, 37));
        assert_eq!(rest + top.iter().map(|word| word.rows).sum::<u64>(), 40);
        // A number that an f32 cannot hold is none that a model learns.
        let huge = column("x", &cells(|n| if n == 0 { "1e300".into() } else { format!("{n}.5") }));
        assert!(matches!(&huge.values, Values::Numbers(numbers) if numbers.others == 1 && numbers.greatest == 39.5));
    }

    #[test]
    fn a_column_of_gaps_is_empty_and_a_label_holds_words() {
        let empty = column("x", &cells(|n| ["", "NA", " ", "-"][n % 4].into()));
        assert_eq!((empty.gaps, empty.distinct, &empty.values), (40, 0, &Values::Empty));
        let bytes: Vec<&[u8]> = vec![b"1", b"1.0", b"2", b"1"];
        let label = ColumnProfile::of("y", &bytes, 4, true);
        let Values::Words { top, .. } = &label.values else { panic!("{label:?}") };
        let top: Vec<_> = top.iter().map(|word| (word.text.as_str(), word.rows)).collect();
        assert_eq!(top, [("1", 2), ("1.0", 1), ("2", 1)]);
    }
}

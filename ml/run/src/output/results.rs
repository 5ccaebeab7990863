//! The result of a table: a CSV, class indices, and how many rows were right.

use std::fmt::Write as _;

use dataset::write_cell;

use crate::output::names::{NO_CLASS, Names, Verdict, Verdicts};

/// Scores beyond which they get no columns.
const MOST_COLUMNS: usize = 256;

/// What was predicted so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Results {
    /// Header `prediction` and, where there are scores, one column a class; one line a row.
    pub csv: Vec<u8>,
    /// Class index of each row, [`NO_CLASS`] where the model named none of the classes.
    pub classes: Vec<u16>,
    /// Rows compared with a label, and those that were right.
    compared: u64,
    right: u64,
}

impl Results {
    pub fn rows(&self) -> u64 {
        self.classes.len() as u64
    }

    /// Correct rows, where rows could be compared.
    pub fn correct(&self) -> Option<u64> {
        (self.compared > 0).then_some(self.right)
    }

    /// Appends the rows of a batch; `truth` has a label for each, or none at all.
    pub fn add(&mut self, names: &mut Names, verdicts: &Verdicts, truth: &[String]) {
        let width = names.scores().len();
        let scored = width > 0 && width <= MOST_COLUMNS && verdicts.scores.len() == width * verdicts.rows.len();
        if self.csv.is_empty() {
            self.csv.extend_from_slice(b"prediction");
            for name in names.scores().iter().take(if scored { width } else { 0 }) {
                self.csv.push(b',');
                write_cell(&mut self.csv, name);
            }
            self.csv.push(b'\n');
        }
        let mut number = String::new();
        for (at, verdict) in verdicts.rows.iter().enumerate() {
            let text = names.text(verdict);
            // An empty line would be no row.
            if text.is_empty() && !scored {
                self.csv.extend_from_slice(b"\"\"");
            }
            write_cell(&mut self.csv, &text);
            if scored {
                for score in &verdicts.scores[at * width..(at + 1) * width] {
                    number.clear();
                    // Writing to a text cannot fail.
                    let _ = write!(number, ",{score}");
                    self.csv.extend_from_slice(number.as_bytes());
                }
            }
            self.csv.push(b'\n');
            self.classes.push(if let Verdict::Class(class) = verdict { *class } else { NO_CLASS });
            if let Some(right) = truth.get(at).and_then(|truth| names.agrees(verdict, truth)) {
                self.compared += 1;
                self.right += u64::from(right);
            }
        }
    }
}

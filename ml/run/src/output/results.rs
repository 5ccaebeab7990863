//! The result of a table: a CSV, what each row was given, and how many rows were right.

use std::fmt::Write as _;

use dataset::{same_label, write_cell};

use crate::output::names::{NO_CLASS, Names, Verdict, Verdicts};

/// Scores beyond which they get no columns.
const MOST_COLUMNS: usize = 256;
/// Labels that are none of the classes which are told apart.
const MOST_OTHERS: usize = 256;

/// What was predicted so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Results {
    /// Header `prediction` and, where there are scores, one column a class; one line a row.
    pub csv: Vec<u8>,
    /// For each row the position of its label in the classes and, after them, in `others`; [`NO_CLASS`] where the model
    /// gave a number.
    pub classes: Vec<u16>,
    /// For each row the position of its true label, as in `classes`; empty where there are no labels.
    pub truth: Vec<u16>,
    /// Labels that are none of the classes, in the order in which they came.
    pub others: Vec<String>,
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

    fn index(&mut self, verdict: &Verdict, classes: usize) -> u16 {
        let text = match verdict {
            Verdict::Class(class) => return *class,
            Verdict::Other(text) => text,
            Verdict::Number(_) | Verdict::Numbers(_) => return NO_CLASS,
        };
        let known = self.others.iter().position(|other| other == text);
        let known = known.or_else(|| self.others.iter().position(|other| same_label(other, text)));
        let at = known.unwrap_or(self.others.len());
        if at == MOST_OTHERS {
            return NO_CLASS;
        }
        if at == self.others.len() {
            self.others.push(text.clone());
        }
        u16::try_from(classes + at).unwrap_or(NO_CLASS)
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
            let index = self.index(verdict, names.classes.len());
            self.classes.push(index);
            if let Some(text) = truth.get(at) {
                let number = matches!(verdict, Verdict::Number(_) | Verdict::Numbers(_));
                let index = if number { NO_CLASS } else { self.index(&names.label(text), names.classes.len()) };
                self.truth.push(index);
            }
            if let Some(right) = truth.get(at).and_then(|truth| names.agrees(verdict, truth)) {
                self.compared += 1;
                self.right += u64::from(right);
            }
        }
    }
}

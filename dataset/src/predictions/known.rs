//! The bounty's labels, and which of them a cell says.

use std::collections::HashMap;

use crate::{
    DecimalMark, Number,
    predictions::{LISTED, PredictionsError},
    shown,
};

/// What pandas and R read as a missing value, and write for one.
const MISSING: [&str; 18] = [
    "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL",
    "NaN", "None", "n/a", "nan", "null",
];

fn is_missing(text: &str) -> bool {
    MISSING.contains(&text.trim())
}

/// The bounty's labels.
pub struct Known<'a> {
    classes: &'a [String],
    /// Value of each, if all are numbers: 3 and 3.0 are the same label then.
    numbers: Option<Vec<f64>>,
    indices: HashMap<&'a str, u8>,
    /// By their texts without blanks around them; none where two differ by blanks only.
    trimmed: HashMap<&'a str, Option<u8>>,
    /// Indices of false and true, where these are the classes, in any case.
    booleans: Option<[u8; 2]>,
    /// The class that programs read as a missing value, if there is one such.
    gap: Option<u8>,
}

impl<'a> Known<'a> {
    pub fn new(classes: &'a [String]) -> Self {
        let number = |class: &String| Number::read(class, DecimalMark::Point).finite();
        let numbered = || classes.iter().map(String::as_str).zip(0..=u8::MAX);
        let mut trimmed = HashMap::new();
        for (class, index) in numbered() {
            trimmed.entry(class.trim()).and_modify(|found| *found = None).or_insert(Some(index));
        }
        let boolean =
            |word: &str| numbered().find(|(class, _)| class.trim().eq_ignore_ascii_case(word)).map(|(_, index)| index);
        let booleans = boolean("false").zip(boolean("true")).filter(|_| classes.len() == 2);
        let mut gaps = numbered().filter(|(class, _)| is_missing(class));
        let gap = gaps.next().filter(|_| gaps.next().is_none()).map(|(_, index)| index);
        Self {
            classes,
            numbers: classes.iter().map(number).collect(),
            indices: numbered().collect(),
            trimmed,
            booleans: booleans.map(|(no, yes)| [no, yes]),
            gap,
        }
    }

    /// Index of the class that a cell says.
    pub fn find(&self, text: &str) -> Option<u8> {
        self.find_said(text).or_else(|| self.as_gap(text))
    }

    /// Index of the class that a cell names, whatever programs make of it.
    fn find_said(&self, text: &str) -> Option<u8> {
        self.find_written(text).or_else(|| self.as_number(text)).or_else(|| self.as_boolean(text))
    }

    fn find_written(&self, text: &str) -> Option<u8> {
        let exact = self.indices.get(text).or_else(|| self.indices.get(text.trim()));
        exact.copied().or_else(|| self.trimmed.get(text.trim()).copied().flatten())
    }

    /// Whether a cell is written as a label is, but for blanks around it.
    pub fn is_written(&self, text: &str) -> bool {
        self.find_written(text).is_some()
    }

    /// Whether a cell counts as a class because it says that its value is missing.
    pub fn is_missing(&self, text: &str) -> bool {
        self.find_said(text).is_none() && self.as_gap(text).is_some()
    }

    /// The class that programs read as a missing value.
    pub fn gap_class(&self) -> Option<&str> {
        self.classes.get(usize::from(self.gap?)).map(String::as_str)
    }

    fn as_number(&self, text: &str) -> Option<u8> {
        let value = Number::read(text, DecimalMark::Point).finite()?;
        let mut same = self.numbers.as_ref()?.iter().zip(0u8..).filter(|(number, _)| **number == value);
        // Classes such as 1 and 1.0 side by side are told apart by their texts alone.
        match (same.next(), same.next()) {
            (Some((_, index)), None) => Some(index),
            _ => None,
        }
    }

    /// `True`, `true` and 1 where the class is `TRUE`.
    fn as_boolean(&self, text: &str) -> Option<u8> {
        let [no, yes] = self.booleans?;
        let text = text.trim();
        if text.eq_ignore_ascii_case("true") {
            return Some(yes);
        }
        if text.eq_ignore_ascii_case("false") {
            return Some(no);
        }
        let number = Number::read(text, DecimalMark::Point).finite()?;
        (number == 1.0).then_some(yes).or((number == 0.0).then_some(no))
    }

    /// Data frames that read the class `NA` as missing write nothing, or `nan`.
    fn as_gap(&self, text: &str) -> Option<u8> {
        self.gap.filter(|_| text.trim().is_empty() || is_missing(text))
    }

    /// Whether the cells of a header are all classes, each once: a column for each of them.
    pub fn are_columns(&self, cells: &[String]) -> bool {
        let columns = |class: &String| cells.iter().filter(|cell| cell.trim() == class.trim()).count() == 1;
        self.classes.len() > 1 && self.classes.iter().all(columns)
    }

    /// Why a cell is no label.
    pub fn unknown(&self, line: u64, label: &str) -> PredictionsError {
        if label.trim().is_empty() {
            return PredictionsError::EmptyPrediction { line, allowed: self.allowed() };
        }
        let lower = label.trim().to_lowercase();
        let distances = self.classes.iter().map(|class| (distance(&lower, &class.trim().to_lowercase()), class));
        let nearest = distances
            .min_by_key(|(distance, _)| *distance)
            .filter(|(distance, class)| *distance * 3 <= class.chars().count().max(2));
        let allowed = self.allowed();
        let number = Number::read(label, DecimalMark::Point).finite();
        if number.is_some_and(|value| value > 0.0 && value < 1.0) {
            return PredictionsError::Probability { line, text: shown(label), allowed };
        }
        if number.is_some_and(|value| value.fract() == 0.0 && (0.0..self.classes.len() as f64).contains(&value))
            && self.classes.iter().all(|class| Number::read(class, DecimalMark::Point).finite().is_none())
        {
            return PredictionsError::ClassNumber { line, text: shown(label), allowed };
        }
        PredictionsError::UnknownLabel {
            line,
            label: shown(label),
            nearest: nearest.map(|(_, class)| class.clone()),
            allowed,
        }
    }

    /// All labels, or the first of them, as a list; blanks at their ends are shown.
    fn allowed(&self) -> String {
        let mut allowed: Vec<String> = self.classes.iter().take(LISTED).map(|class| with_blanks(class)).collect();
        if self.classes.len() > LISTED {
            allowed.push(format!("… ({} labels)", self.classes.len()));
        }
        allowed.join(", ")
    }
}

/// A label; in quotation marks where it begins or ends with a blank, which nobody would see.
fn with_blanks(label: &str) -> String {
    if label.trim() == label { shown(label) } else { format!("“{}”", shown(label)) }
}

/// Characters to insert, remove or replace (Levenshtein 1966), for the first 128 characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(128).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(128).enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

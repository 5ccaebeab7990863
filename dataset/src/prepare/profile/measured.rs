//! Numbers with a unit or a sign of money beside them: programs read them as words.

use super::column::{ColumnProfile, Values};
use crate::read::mend::numbers::is_number;

/// What stands before a number, besides signs of money.
const BEFORE: [&str; 8] = ["CHF", "EUR", "USD", "GBP", "INR", "Rs.", "R$", "kr"];
/// What stands behind one, besides signs of money and of shares.
const BEHIND: [&str; 40] = [
    "CHF", "EUR", "USD", "GBP", "INR", "kr", "zł", "Kč", "°C", "°F", "°", "kg", "mg", "g", "km", "cm", "mm", "m", "ml",
    "l", "kWh", "kW", "kHz", "MHz", "GHz", "Hz", "KB", "MB", "GB", "TB", "min", "ms", "h", "s", "k", "K", "M", "px",
    "lbs", "lb",
];

impl ColumnProfile {
    /// Such a cell, where the column holds words and its most frequent ones are numbers, most of them such.
    pub(crate) fn measured(&self) -> Option<&str> {
        let Values::Words { top, .. } = &self.values else { return None };
        let mut measured = top.iter().map(|word| word.text.as_str()).filter(|text| is_measured(text)).peekable();
        let example = measured.peek().copied()?;
        let count = measured.count();
        let fits = top.iter().all(|word| is_measured(&word.text) || is_number(&word.text));
        (fits && top.len() > 1 && count * 2 > top.len()).then_some(example)
    }
}

/// Whether this is a number once what stands beside it is gone.
fn is_measured(text: &str) -> bool {
    let text = text.trim();
    if is_number(text) {
        return false;
    }
    is_beside(text) || has_letter_of_fortran(text)
}

fn is_beside(text: &str) -> bool {
    let is_sign = |c: char| matches!(c, '$' | '€' | '£' | '¥' | '¢' | '\u{20a0}'..='\u{20c0}');
    // A minus stands before the sign of money as often as behind it, and so do brackets.
    let text = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text);
    let text = text.trim_start_matches(['-', '+', '\u{2212}']).trim();
    let before = BEFORE.iter().find_map(|word| text.strip_prefix(word));
    let text = before.or_else(|| text.strip_prefix(is_sign)).unwrap_or(text).trim_start();
    let behind = BEHIND.iter().find_map(|word| text.strip_suffix(word).filter(|rest| ends_number(rest)));
    let rest = behind.or_else(|| text.strip_suffix(is_sign)).or_else(|| text.strip_suffix(['%', '‰'])).unwrap_or(text);
    is_number(rest.trim())
}

fn ends_number(text: &str) -> bool {
    text.trim_end().ends_with(|c: char| c.is_ascii_digit() || c == '.')
}

/// `1.5D-03`, as Fortran writes what others write as `1.5E-03`.
fn has_letter_of_fortran(text: &str) -> bool {
    let Some((before, behind)) = text.split_once(['D', 'd']) else { return false };
    behind.starts_with(['+', '-']) && is_number(before) && is_number(behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_something_beside_them_are_told_from_words() {
        for text in [
            "$1,017.35",
            " $ 1,101.00 ",
            "1.017,35 €",
            "1\u{202f}017,35\u{a0}€",
            "5 %",
            "12.5%",
            "-3%",
            "($5.00)",
            "-$5",
            "CHF 1'200",
            "R$ 10,50",
            "₹1,23,100",
            "30 °C",
            "12kg",
            "1.5D-03",
            "250 ms",
            "¥500",
        ] {
            assert!(is_measured(text), "{text}");
        }
        for text in [
            "",
            "5",
            "1,5",
            "1e5",
            "kg",
            "$",
            "%",
            "5A",
            "a5 kg",
            "2024-01-01",
            "12:30",
            "3rd",
            "B-12",
            "10.0.0.1",
            "Model S",
            "x%",
            "1D",
            "100 Main St",
        ] {
            assert!(!is_measured(text), "{text}");
        }
    }
}

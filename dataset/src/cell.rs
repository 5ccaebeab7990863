//! What a cell of a table says: the one list of words for a gap, and the one parser of numbers. Whoever reads tables,
//! to prepare, to train or to run, reads cells here, so that a model is run on what it was trained on.

/// What people write where a value is missing, in any case and with any space around it.
pub const GAPS: [&str; 56] = [
    "",
    "?",
    "??",
    "na",
    "n/a",
    "n.a.",
    "n. a.",
    "#na",
    "#n/a",
    "#n/a n/a",
    "<na>",
    "nan",
    "-nan",
    "+nan",
    "nat",
    "null",
    "(null)",
    "[null]",
    "nil",
    "none",
    "<none>",
    "(none)",
    "\\n",
    "-",
    "--",
    "---",
    "\u{2013}",
    "\u{2014}",
    ".",
    "..",
    "...",
    "*",
    "missing",
    "(missing)",
    "undefined",
    "1.#qnan",
    "-1.#ind",
    "k.a.",
    "k. a.",
    "#div/0!",
    "#value!",
    "#ref!",
    // Those below were no gaps by the first rules.
    "1.#ind",
    "-1.#qnan",
    "1.#ind00",
    "-1.#ind00",
    "1.#qnan0",
    "-1.#qnan0",
    "#nv",
    "#n/d",
    "#n/b",
    "#i/t",
    "#n/disp",
    "#saknas!",
    "#getting_data",
    "#null!",
];

/// How many of them the first rules knew.
const FIRST_GAPS: usize = 42;
/// Bytes of the longest of them.
const LONGEST_GAP: usize = 13;
/// Bytes that an error of a spreadsheet has at most.
const LONGEST_ERROR: usize = 32;

/// What a cell says where a number is looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// Never a NaN; an infinity where the cell says one (`inf`), or a number beyond the range of `f64`.
    Value(f64),
    /// The value is missing.
    Gap,
    /// Something else stands there.
    Text,
}

/// How the fraction of a number is set off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DecimalMark {
    /// `1.5` only: in tables whose separator is a comma, a cell `1,500` may be either.
    #[default]
    Point,
    /// `1.5` and `1,5`: in tables with another separator, and in forms.
    PointOrComma,
}

impl Number {
    /// Reads a cell; space around it does not count. Numbers are written as Rust reads an `f64`, which is what data frames
    /// write: a sign, digits, a point, an exponent, `inf`.
    pub fn read(cell: &str, mark: DecimalMark) -> Self {
        let text = cell.trim();
        let plain = text.parse::<f64>().ok();
        let value = match mark {
            DecimalMark::Point => plain,
            DecimalMark::PointOrComma => plain.or_else(|| text.replacen(',', ".", 1).parse().ok()),
        };
        match value {
            Some(value) if !value.is_nan() => Self::Value(value),
            _ if is_gap(text) => Self::Gap,
            _ => Self::Text,
        }
    }

    /// The number, if it is a finite one.
    pub fn finite(self) -> Option<f64> {
        match self {
            Self::Value(value) if value.is_finite() => Some(value),
            _ => None,
        }
    }

    /// The number as models learn from it: an `f32` by way of `f64`, as data frames are read. NaN for a gap, for what is
    /// no number, and for one that an `f32` cannot hold, an infinity among them.
    pub fn learned(self) -> f32 {
        match self {
            Self::Value(value) if (value as f32).is_finite() => value as f32,
            _ => f32::NAN,
        }
    }
}

/// Share of the cells that are neither numbers nor missing, up to which a column is one of numbers.
const UNREADABLE: f64 = 0.05;

/// Whether a column with so many numbers, and so many cells that are neither numbers nor missing, is one of numbers: the
/// others count as missing then.
pub fn holds_numbers(numbers: u64, others: u64) -> bool {
    numbers > 0 && others as f64 <= UNREADABLE * (numbers + others) as f64
}

/// Whether a cell says that its value is missing.
pub fn is_gap(cell: &str) -> bool {
    is_one_of(cell, &GAPS) || is_sheet_error(cell.trim())
}

/// The same by the first rules, for what was published by them.
pub(crate) fn is_first_gap(cell: &str) -> bool {
    is_one_of(cell, &GAPS[..FIRST_GAPS])
}

fn is_one_of(cell: &str, gaps: &[&str]) -> bool {
    let text = cell.trim();
    // Most cells are numbers, which no sign but one begins like.
    if text.len() > LONGEST_GAP || text.starts_with(|first: char| first.is_ascii_digit() && first != '1') {
        return false;
    }
    gaps.iter().any(|gap| text.eq_ignore_ascii_case(gap))
}

/// Whether this is what spreadsheets write where a formula has no value, in the language of their user: `#NUM!`, `#NAME?`,
/// `#WERT!`, `#¡VALOR!`, `Err:502`.
fn is_sheet_error(text: &str) -> bool {
    if let Some(number) = text.strip_prefix("Err:") {
        return number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit());
    }
    let Some(word) = text.strip_prefix('#').filter(|word| word.len() < LONGEST_ERROR) else { return false };
    let Some(word) = word.strip_suffix(['!', '?']) else { return false };
    let word = word.trim_start_matches(['¡', '¿']);
    word.starts_with(char::is_uppercase)
        && word.chars().all(|c| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '/' | '_' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_every_spelling_that_data_frames_write() {
        for (cell, value) in [
            ("1", 1.0),
            (" -2.50 ", -2.5),
            ("+3", 3.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("1e3", 1000.0),
            ("1.5E-2", 0.015),
            ("007", 7.0),
            ("inf", f64::INFINITY),
            ("-Infinity", f64::NEG_INFINITY),
            ("1e999", f64::INFINITY),
        ] {
            assert_eq!(Number::read(cell, DecimalMark::Point), Number::Value(value), "{cell:?}");
        }
        for cell in
            ["", " ", "NA", "n/a", "NaN", "-", "NULL", "None", "\\N", "#N/A", "?", "x", "1,5", "1 5", "0x10", "-nan"]
        {
            let gap = !["x", "1,5", "1 5", "0x10"].contains(&cell);
            let expected = if gap { Number::Gap } else { Number::Text };
            assert_eq!(Number::read(cell, DecimalMark::Point), expected, "{cell:?}");
            assert_eq!(is_gap(cell), gap, "{cell:?}");
        }
    }

    #[test]
    fn every_sign_for_a_gap_is_one() {
        for sign in GAPS {
            assert!(sign.len() <= LONGEST_GAP && is_gap(sign) && is_gap(&sign.to_uppercase()), "{sign}");
            assert_eq!(Number::read(&format!(" {sign} "), DecimalMark::Point), Number::Gap, "{sign}");
        }
    }

    #[test]
    fn errors_of_spreadsheets_are_gaps_in_every_language() {
        for cell in [
            "#NULL!",
            "#NUM!",
            "#NAME?",
            "#DIV/0!",
            "#WERT!",
            "#ZAHL!",
            "#BEZUG!",
            "#VALEUR!",
            "#NOMBRE!",
            "#¡VALOR!",
            "#¿NOMBRE?",
            "#ЗНАЧ!",
            "#VÄRDEFEL!",
            "#SPILL!",
            "#CALC!",
            "Err:502",
            "#NV",
            "#N/D",
            "1.#IND",
            "-1.#QNAN",
        ] {
            assert_eq!(Number::read(cell, DecimalMark::Point), Number::Gap, "{cell}");
            assert!(!is_first_gap(cell) || cell == "#DIV/0!", "{cell}");
        }
        for cell in ["#", "#!", "#great!", "#Win!", "#1!", "#A B!", "NUM!", "#NUM", "Err:", "Err:x02", "#ff00aa"] {
            assert!(!is_gap(cell), "{cell}");
        }
        assert!(GAPS[..FIRST_GAPS].iter().all(|gap| is_first_gap(gap)));
    }

    #[test]
    fn a_comma_is_a_decimal_mark_only_where_it_is_said_to_be() {
        assert_eq!(Number::read("1,5", DecimalMark::PointOrComma), Number::Value(1.5));
        assert_eq!(Number::read("-0,25e1", DecimalMark::PointOrComma), Number::Value(-2.5));
        assert_eq!(Number::read("1,234.5", DecimalMark::PointOrComma), Number::Text);
        assert_eq!(Number::read("1.5", DecimalMark::PointOrComma), Number::Value(1.5));
    }

    #[test]
    fn what_is_learned_is_a_finite_float_or_missing() {
        let learned = |cell| Number::read(cell, DecimalMark::Point).learned();
        // The nearest f64 lies between two f32 and rounds to the even one; f32 read directly would round up.
        assert_eq!(learned("1.00000005960464480001"), 1.0);
        assert_eq!(learned("-0.1"), -0.1_f32);
        for cell in ["", "none", "x", "inf", "1e39", "-1e39", "1e999"] {
            assert!(learned(cell).is_nan(), "{cell}");
        }
    }
}

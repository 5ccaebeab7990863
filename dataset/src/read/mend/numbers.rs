//! Numbers as people and their programs write them: `1.234,50`, `1,234.50`, `1 234,5`, `1'234`. Which of the two marks is
//! the decimal one is decided for a whole column, since a single cell such as `1,234` does not say; where a column has both
//! as decimal marks, each cell says it.

use serde::{Deserialize, Serialize};

use crate::{
    cell::{DecimalMark, Number},
    read::separator::Separator,
    rules::Rules,
};

/// How the numbers of a column are written, where it is not plainly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberForm {
    /// `5,1` and `1.234,50`.
    DecimalComma,
    /// `1,234.50`, `1 234.5`, `1'234`.
    GroupedThousands,
    /// `0,5` and `0.5` in one column: a single mark is the decimal one, of both the last.
    EitherMark,
}

/// Share of a column's cells, in per cent, that must be numbers of one form.
const READABLE: usize = 95;
/// Share of a column's cells, in per cent, up to which those that are numbers in another form are slips.
const STRAY: usize = 5;
/// Blanks that stand between groups of digits: also the ones that are not broken, and the narrow one.
const BLANKS: [char; 4] = [' ', '\u{a0}', '\u{202f}', '\u{2009}'];
const APOSTROPHES: [char; 2] = ['\'', '’'];
const MINUS: char = '\u{2212}';

impl NumberForm {
    /// Decimal mark, and what stands between groups of digits.
    fn marks(self, cell: &str) -> (char, char) {
        let is_comma = match self {
            Self::DecimalComma => true,
            Self::GroupedThousands => false,
            Self::EitherMark => {
                let (commas, points) = (cell.matches(',').count(), cell.matches('.').count());
                match (commas, points) {
                    (0, 0..=1) | (2.., 0) => false,
                    (1, 0) | (0, _) => true,
                    _ => cell.rfind(',') > cell.rfind('.'),
                }
            }
        };
        if is_comma { (',', '.') } else { ('.', ',') }
    }

    /// The number in plain spelling: digits as they stand, a point. `None` where the cell is no number of this form.
    pub fn plain(self, cell: &str) -> Option<String> {
        let (decimal, group) = self.marks(cell);
        let text = cell.trim();
        // Accountants write negative numbers in brackets, and some of their programs the sign behind the number.
        let bracketed = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
        let (text, behind) = match bracketed.or_else(|| text.strip_suffix(['-', MINUS])) {
            Some(text) => (text, true),
            None => (text, false),
        };
        let (sign, text) = match text.chars().next()? {
            '-' | MINUS if behind => return None,
            first @ ('-' | MINUS) => ("-", &text[first.len_utf8()..]),
            '+' => ("", &text[1..]),
            _ => (if behind { "-" } else { "" }, text),
        };
        let (body, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], &text[at..]),
            None => (text, ""),
        };
        if !is_exponent(exponent) {
            return None;
        }
        let (whole, fraction) = match body.split_once(decimal) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (body, None),
        };
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !fraction.is_none_or(digits) || (whole.is_empty() && fraction.is_none_or(str::is_empty)) {
            return None;
        }
        let whole = if digits(whole) { whole.to_owned() } else { ungrouped(whole, group)? };
        let point = if fraction.is_some() { "." } else { "" };
        Some(format!("{sign}{whole}{point}{}{exponent}", fraction.unwrap_or_default()))
    }
}

fn is_exponent(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(['e', 'E']) else { return text.is_empty() };
    let digits = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The digits of groups of three; where commas or blanks stand between them, groups before the last may be of two, as in
/// India.
fn ungrouped(text: &str, mark: char) -> Option<String> {
    let between = text.chars().find(|c| !c.is_ascii_digit())?;
    if between != mark && !BLANKS.contains(&between) && !APOSTROPHES.contains(&between) {
        return None;
    }
    let groups: Vec<&str> = text.split(between).collect();
    let (first, rest) = groups.split_first()?;
    let (last, middle) = rest.split_last()?;
    let digits = |group: &&str| group.bytes().all(|byte| byte.is_ascii_digit());
    let pairs = between == ',' && first.len() <= 2;
    let fits = !first.is_empty()
        && first.len() <= 3
        && !first.starts_with('0')
        && last.len() == 3
        && (middle.iter().all(|group| group.len() == 3) || (pairs && middle.iter().all(|group| group.len() == 2)));
    (fits && groups.iter().all(digits)).then(|| groups.concat())
}

/// Whether a cell is a number in any of the forms.
pub fn is_number(cell: &str) -> bool {
    Number::read(cell, DecimalMark::PointOrComma).finite().is_some()
        || NumberForm::DecimalComma.plain(cell).is_some()
        || NumberForm::GroupedThousands.plain(cell).is_some()
}

/// What speaks for each form in a column.
#[derive(Default)]
struct Evidence {
    /// Cells that are no gaps.
    cells: usize,
    /// Numbers as they stand.
    plain: usize,
    /// Numbers in each form, and of those how many are written anew.
    forms: [(usize, usize); 2],
    /// Cells that are numbers in one form only.
    only: [usize; 2],
    /// Whole numbers without a mark below and from 1000.
    small: usize,
    large: usize,
    /// Numbers in either form.
    either: usize,
    /// Numbers that read as they stand and have a point before three digits.
    points: usize,
}

const FORMS: [NumberForm; 2] = [NumberForm::DecimalComma, NumberForm::GroupedThousands];

impl Evidence {
    fn of<'a>(column: impl Iterator<Item = &'a str>, rules: Rules) -> Self {
        let mut found = Self::default();
        for cell in column.filter(|cell| !rules.is_gap(cell)) {
            found.cells += 1;
            if let Ok(number) = cell.trim().parse::<u64>()
                && !cell.trim().starts_with('+')
            {
                found.whole(number);
                continue;
            }
            found.plain += usize::from(matches!(Number::read(cell, DecimalMark::Point), Number::Value(_)));
            let read = FORMS.map(|form| form.plain(cell));
            found.either += usize::from(read.iter().any(Option::is_some));
            found.points += usize::from(cell.contains('.') && read[0].is_some());
            for (at, plain) in read.iter().enumerate() {
                if let Some(plain) = plain {
                    found.forms[at].0 += 1;
                    found.forms[at].1 += usize::from(plain != cell.trim().trim_start_matches('+'));
                    found.only[at] += usize::from(read[1 - at].is_none());
                }
            }
        }
        found
    }

    /// A whole number is the same in all forms.
    fn whole(&mut self, number: u64) {
        self.plain += 1;
        self.either += 1;
        self.forms[0].0 += 1;
        self.forms[1].0 += 1;
        self.small += usize::from(number < 1000);
        self.large += usize::from(number >= 1000);
    }

    fn reads(&self, at: usize) -> bool {
        let (numbers, changed) = self.forms[at];
        changed > 0 && numbers * 100 >= self.cells * READABLE
    }

    /// Whether every cell is the same number in all forms: nothing in the column has a mark.
    fn is_unmarked(&self) -> bool {
        self.plain == self.cells && self.forms == [(self.cells, 0); 2]
    }

    /// Whether both marks are decimal ones in more cells than slips are.
    fn has_both_marks(&self) -> bool {
        self.only.iter().all(|&cells| cells * 100 > self.cells * STRAY)
    }
}

/// The form of each column, none where its cells stand as they should; `columns` are the data rows' cells, column by
/// column. A column without any mark has the form of the others, since one may come in a later row.
pub fn forms<'a, C>(columns: impl Iterator<Item = C>, separator: Separator, rules: Rules) -> Vec<Option<NumberForm>>
where
    C: Iterator<Item = &'a str>,
{
    let evidence: Vec<Evidence> = columns.map(|column| Evidence::of(column, rules)).collect();
    // Columns of texts say nothing about how the file writes its numbers.
    let file = [0, 1].map(|at| {
        evidence.iter().any(|column| {
            column.only[at] > 0 && column.only[1 - at] == 0 && column.forms[at].0 * 100 >= column.cells * READABLE
        })
    });
    let mut forms: Vec<_> = evidence.iter().map(|column| form(column, file, separator, rules)).collect();
    let shared = match file {
        [true, false] => Some(FORMS[0]),
        [false, true] => Some(FORMS[1]),
        _ => None,
    };
    // Where no cell of the file is written anew, a later one that would be is told.
    if !rules.are_first() && shared.is_some() && forms.contains(&shared) {
        let unmarked = evidence.iter().zip(&mut forms).filter(|(column, _)| column.is_unmarked());
        unmarked.for_each(|(_, form)| *form = shared);
    }
    forms
}

fn form(column: &Evidence, file: [bool; 2], separator: Separator, rules: Rules) -> Option<NumberForm> {
    let [comma, point] = column.only.map(|cells| cells > 0);
    let at = match (comma, point) {
        (true, false) => 0,
        (false, true) => 1,
        // What is no number in the form that most have stays as it stands: a point is read by everyone.
        (true, true) => {
            let at = usize::from(column.forms[1].0 > column.forms[0].0);
            let readable = column.forms[at].1 > 0 && column.either * 100 >= column.cells * READABLE;
            let both = !rules.are_first() && column.has_both_marks();
            return readable.then_some(if both { NumberForm::EitherMark } else { FORMS[at] });
        }
        // Each cell may be either: the rest of the file says it.
        (false, false) => match file {
            [true, false] => 0,
            [false, true] => 1,
            // Whole numbers below a thousand beside points before three digits, and never before one or two.
            _ if separator == Separator::Semicolon && column.plain == column.cells && is_grouped(column) => 0,
            // Points that programs read as they stand stay what they are.
            _ if column.plain == column.cells => return None,
            _ if separator == Separator::Comma => 1,
            _ if separator != Separator::Semicolon && column.small > 0 && column.large == 0 => 1,
            _ => 0,
        },
    };
    column.reads(at).then_some(FORMS[at])
}

/// Points from which on it is no accident that three digits stand behind each.
const LEAST_POINTS: usize = 5;

fn is_grouped(column: &Evidence) -> bool {
    column.points >= LEAST_POINTS && column.small > 0 && column.large == 0 && column.forms[0].0 == column.cells
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_all_locales_are_written_plainly() {
        use NumberForm::{DecimalComma, EitherMark, GroupedThousands};
        for (form, cell, plain) in [
            (DecimalComma, "5,1", Some("5.1")),
            (DecimalComma, "1.234,50", Some("1234.50")),
            (DecimalComma, "1.234.567", Some("1234567")),
            (DecimalComma, "-1 234,5", Some("-1234.5")),
            (DecimalComma, "1\u{202f}234,5", Some("1234.5")),
            (DecimalComma, "\u{2212}0,5", Some("-0.5")),
            (DecimalComma, "1.234,50-", Some("-1234.50")),
            (GroupedThousands, "(1,234.50)", Some("-1234.50")),
            (GroupedThousands, "(-5)", None),
            (DecimalComma, ",5", Some(".5")),
            (DecimalComma, "1,5E-03", Some("1.5E-03")),
            (DecimalComma, "42", Some("42")),
            (DecimalComma, "1.5", None),
            (DecimalComma, "1,234,567", None),
            (DecimalComma, "01.02.2024", None),
            (DecimalComma, "12:30", None),
            (DecimalComma, "", None),
            (DecimalComma, ",", None),
            (DecimalComma, "-", None),
            (GroupedThousands, "1,371.50", Some("1371.50")),
            (GroupedThousands, "12,34,567.5", Some("1234567.5")),
            (GroupedThousands, "1'234.5", Some("1234.5")),
            (GroupedThousands, "1’234", Some("1234")),
            (GroupedThousands, "1 234 567", Some("1234567")),
            (GroupedThousands, "+3.5", Some("3.5")),
            (GroupedThousands, "0,123", None),
            (GroupedThousands, "12,5", None),
            (GroupedThousands, "1,2345", None),
            (GroupedThousands, "1,234'567", None),
            (GroupedThousands, "abc", None),
            (GroupedThousands, "1e", None),
            (EitherMark, "0,512", Some("0.512")),
            (EitherMark, "1,734", Some("1.734")),
            (EitherMark, "1.734", Some("1.734")),
            (EitherMark, "1.234,5", Some("1234.5")),
            (EitherMark, "1,234.5", Some("1234.5")),
            (EitherMark, "1.234.567", Some("1234567")),
            (EitherMark, "1,234,567", Some("1234567")),
            (EitherMark, "1 234,5", Some("1234.5")),
            (EitherMark, "1'234.5", Some("1234.5")),
            (EitherMark, "42", Some("42")),
            (EitherMark, "1.2.3", None),
        ] {
            assert_eq!(form.plain(cell).as_deref(), plain, "{form:?} {cell:?}");
        }
    }

    fn told(columns: &[&[&str]], separator: Separator) -> Vec<Option<NumberForm>> {
        forms(columns.iter().map(|column| column.iter().copied()), separator, Rules::NEWEST)
    }

    #[test]
    fn the_form_is_the_columns_and_where_it_does_not_say_the_files() {
        use NumberForm::{DecimalComma, EitherMark, GroupedThousands};
        let decimals: &[&str] = &["5,1", "NA", "0,25"];
        let ambiguous: &[&str] = &["1,234", "2,500"];
        let points: &[&str] = &["1.234", "2.500", "950"];
        let thousands: &[&str] = &["1,371.50", "9"];
        let semicolon = Separator::Semicolon;
        assert_eq!(told(&[decimals, ambiguous], semicolon), [Some(DecimalComma); 2]);
        assert_eq!(told(&[decimals, points], semicolon), [Some(DecimalComma); 2]);
        assert_eq!(told(&[points], semicolon), [None]);
        assert_eq!(told(&[ambiguous], semicolon), [Some(DecimalComma)]);
        assert_eq!(told(&[ambiguous], Separator::Comma), [Some(GroupedThousands)]);
        assert_eq!(told(&[&["1,234", "950"]], Separator::Tab), [Some(GroupedThousands)]);
        assert_eq!(told(&[thousands, ambiguous], Separator::Comma), [Some(GroupedThousands); 2]);
        assert_eq!(told(&[&["3.14", "2.5"], ambiguous], semicolon), [None, Some(GroupedThousands)]);
        // Seven points before three digits each, and a whole number below a thousand.
        let grouped = ["1.234", "2.500", "3.000", "4.125", "5.750", "6.000", "7.500", "950"];
        assert_eq!(told(&[&grouped], semicolon), [Some(DecimalComma)]);
        assert_eq!(told(&[&grouped], Separator::Comma), [None]);
        // Both marks in one column, each a decimal one.
        assert_eq!(told(&[&["0,5", "1.5", "2,5"]], semicolon), [Some(EitherMark)]);
        // A slip among thirty does not say what a point is.
        let mostly: Vec<&str> = std::iter::repeat_n("0,512", 30).chain(["0.611", "1.734"]).collect();
        assert_eq!(told(&[&mostly], semicolon), [Some(DecimalComma)]);
        // Whole numbers are written as the rest of the file is, whatever comes later.
        assert_eq!(
            told(&[decimals, &["0", "7"], &[], &["x"]], semicolon),
            [Some(DecimalComma), Some(DecimalComma), Some(DecimalComma), None]
        );
        assert_eq!(told(&[&["3", "-4"], &["0", "7"]], semicolon), [None; 2]);
        assert_eq!(told(&[&["1.5"], &["0", "7"]], Separator::Comma), [None; 2]);
        assert_eq!(told(&[ambiguous, &["1.5"], &["0"]], semicolon)[2], Some(GroupedThousands));
        // A fraction that no grouping has.
        assert_eq!(told(&[&["1,234", "0,5"]], Separator::Comma), [Some(DecimalComma)]);
        // Texts and plain numbers stay.
        assert_eq!(told(&[&["a, b", "1,5"], &["1", "2.5"], &["x", "y"], &[]], semicolon), [None; 4]);
        assert_eq!(told(&[&["192.168.1.200", "10.0.0.1"]], semicolon), [None]);
    }
}

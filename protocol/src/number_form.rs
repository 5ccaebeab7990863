//! How numbers are written in a language: the marks between their digits.

/// The form in which a device writes numbers, as `Intl.NumberFormat` tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberForm {
    /// Between whole and fraction: `.` or `,` mostly.
    pub decimal: char,
    /// Between thousands. A space of any width may always stand there.
    pub group: Option<char>,
    /// The digit 0; the others follow it in Unicode.
    pub zero: char,
}

impl NumberForm {
    /// The page's own: `1,250.5`.
    pub const PAGE: Self = Self { decimal: '.', group: Some(','), zero: '0' };

    /// Digits before and after the decimal mark, as ASCII, or `None` where the text is no number in this form.
    /// Marks between thousands are optional, but then stand before each three digits.
    pub fn parts(self, text: &str) -> Option<(String, String)> {
        let text = text.trim();
        let (whole, fraction) = text.split_once(self.decimal).unwrap_or((text, ""));
        let whole = self.whole(whole)?;
        let fraction = self.digits(fraction)?;
        (!whole.is_empty() || !fraction.is_empty()).then_some((whole, fraction))
    }

    fn whole(self, text: &str) -> Option<String> {
        let Some(mark) = text.chars().find(|c| self.is_group(*c)) else { return self.digits(text) };
        let groups: Vec<String> = text.split(mark).map(|group| self.digits(group)).collect::<Option<_>>()?;
        let (first, others) = groups.split_first()?;
        // Nobody writes 0,500 for five hundred; it is a half with the other mark.
        let first_fits = (1..=3).contains(&first.len()) && !first.starts_with('0');
        (first_fits && others.iter().all(|group| group.len() == 3)).then(|| groups.concat())
    }

    fn is_group(self, c: char) -> bool {
        Some(c) == self.group || (self.group == Some('’') && c == '\'') || c.is_whitespace()
    }

    fn digits(self, text: &str) -> Option<String> {
        let digit = |c: char| u32::from(c).checked_sub(self.zero.into()).and_then(|d| char::from_digit(d, 10));
        text.chars().map(digit).collect()
    }
}

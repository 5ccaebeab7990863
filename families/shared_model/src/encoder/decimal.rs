//! Decimal numbers with nine places: exact where binary fractions are not.

use std::{fmt, str::FromStr};

/// A number in units of 10^-9, up to about ±9.2 · 10^9. Travels as a decimal text such as `-1.25`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(pub i64);

/// Why a text is not a [`Decimal`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    #[error("Write a number such as 12, -0.5 or 1.5e-3.")]
    Form,
    #[error("The number is too large; at most about 9,200,000,000 is possible.")]
    TooLarge,
}

const PLACES: i64 = 9;

impl Decimal {
    /// 0.
    pub const ZERO: Self = Self(0);
    /// 1.
    pub const ONE: Self = Self(1_000_000_000);

    /// The nearest decimal to a number, rounded to so many significant digits; zero for what is no number.
    pub fn rounded(value: f64, digits: usize) -> Self {
        format!("{value:.*e}", digits.saturating_sub(1)).parse().unwrap_or_default()
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    /// Reads `12`, `-0.5`, `+.5`, `1.5e-3`. What is beyond the ninth place is cut off.
    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let text = text.trim();
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], text[at + 1..].parse::<i32>().map_err(|_| DecimalError::Form)?),
            None => (text, 0),
        };
        let (negative, digits) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.len() + fraction.len() == 0 || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return Err(DecimalError::Form);
        }
        // Position of the last digit to keep, counted from the first one.
        let kept = whole.len() as i64 + i64::from(exponent) + PLACES;
        let mut value = 0i64;
        let mut read = 0i64;
        for digit in whole.bytes().chain(fraction.bytes()) {
            if read >= kept {
                break;
            }
            read += 1;
            value = value
                .checked_mul(10)
                .and_then(|value| value.checked_add(i64::from(digit - b'0')))
                .ok_or(DecimalError::TooLarge)?;
        }
        while value != 0 && read < kept {
            read += 1;
            value = value.checked_mul(10).ok_or(DecimalError::TooLarge)?;
        }
        Ok(Self(if negative { -value } else { value }))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = Self::ONE.0.unsigned_abs();
        let size = self.0.unsigned_abs();
        write!(f, "{}{}", if self.0 < 0 { "-" } else { "" }, size / unit)?;
        let fraction = format!("{:09}", size % unit);
        let fraction = fraction.trim_end_matches('0');
        if fraction.is_empty() { Ok(()) } else { write!(f, ".{fraction}") }
    }
}

protocol::travels_as_text!(Decimal);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_and_programs_write_them() {
        for (text, expected) in [
            ("0", Ok(0)),
            ("12", Ok(12_000_000_000)),
            (" -0.5 ", Ok(-500_000_000)),
            ("+.5", Ok(500_000_000)),
            ("5.", Ok(5_000_000_000)),
            ("1.5e-3", Ok(1_500_000)),
            ("1.097E+06", Ok(1_097_000_000_000_000)),
            ("1e-9", Ok(1)),
            ("1e-10", Ok(0)),
            ("0.1234567899", Ok(123_456_789)),
            ("-0.0000000019", Ok(-1)),
            ("00000000000000000000000001", Ok(1_000_000_000)),
            ("0e99", Ok(0)),
            ("9223372036.854775807", Ok(i64::MAX)),
            ("9223372036.854775808", Err(DecimalError::TooLarge)),
            ("1e30", Err(DecimalError::TooLarge)),
            ("1e2147483647", Err(DecimalError::TooLarge)),
            ("1e-2147483648", Ok(0)),
            ("", Err(DecimalError::Form)),
            (".", Err(DecimalError::Form)),
            ("-", Err(DecimalError::Form)),
            ("e5", Err(DecimalError::Form)),
            ("1e", Err(DecimalError::Form)),
            ("1,5", Err(DecimalError::Form)),
            ("NaN", Err(DecimalError::Form)),
            ("1e9999999999", Err(DecimalError::Form)),
            ("--1", Err(DecimalError::Form)),
        ] {
            assert_eq!(text.parse::<Decimal>().map(|d| d.0), expected, "{text:?}");
        }
    }

    #[test]
    fn numbers_show_no_superfluous_zero() {
        for text in ["0", "-0.5", "12.000000001", "9223372036.854775807", "-9223372036.854775807"] {
            assert_eq!(text.parse::<Decimal>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn rounding_keeps_the_leading_digits() {
        for (value, expected) in
            [(14.127_292, "14.13"), (0.001_234_56, "0.001235"), (-654.889, "-654.9"), (0.0, "0"), (f64::NAN, "0")]
        {
            assert_eq!(Decimal::rounded(value, 4).to_string(), expected);
        }
    }
}
